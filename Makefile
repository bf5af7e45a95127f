.DEFAULT_GOAL := help
.PHONY: help run build test check format clean

SOLUTION := Workers.sln
OUT := artifacts/bin/Workers.Cli/release
SOURCES := $(shell find src -name bin -prune -o -name obj -prune -o -type f -print) Directory.Build.props Directory.Packages.props global.json

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(OUT)/workers.dll ## Run the sample jobs through the whole fleet, in one process and against the simulator
	dotnet $(OUT)/workers.dll run $(OUT)/Samples/jobs.jsonl --simulator

$(OUT)/workers.dll: $(SOURCES)
	dotnet build src/Workers.Cli -c Release -nologo -v quiet
	@touch $@

build: ## Build everything
	dotnet build $(SOLUTION) -nologo -v quiet

test: build ## Run the tests
	dotnet test $(SOLUTION) --no-build -nologo

check: ## Everything that must hold before a commit: build, format, tests
	dotnet build $(SOLUTION) -nologo -v quiet
	dotnet format $(SOLUTION) --verify-no-changes --no-restore
	dotnet test $(SOLUTION) --no-build -nologo

format: ## Format the code
	dotnet format $(SOLUTION)

clean: ## Remove what was built, and the results of runs
	rm -rf artifacts results

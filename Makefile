.DEFAULT_GOAL := help

# What runs for minutes is not worth being observed for being compiled once more.
build programs test-%: export DOTNET_TieredPGO := 0

.PHONY: help run build programs schemas test test-crashes test-memory test-parts test-processes test-servers test-broker test-cli test-matrix check format format-check bench bench-bus bench-telemetry bench-rounds bench-million crash-matrix clean images up down demo test-compose image-report sbom

SOLUTION := Workers.sln
OUT := artifacts/bin/Workers.Cli/release
SOURCES := $(shell find src -name bin -prune -o -name obj -prune -o -type f -print) Directory.Build.props Directory.Packages.props global.json

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(OUT)/workers.dll ## Run the sample jobs through the whole fleet, in one process and against the simulator
	dotnet $(OUT)/workers.dll run $(OUT)/Samples/jobs.jsonl --simulator

$(OUT)/workers.dll: $(SOURCES)
	dotnet build src/Workers.Cli -c Release -nologo -v quiet
	@touch $@

build: ## Build everything; a warning is an error
	$(if $(BUILT),@true,dotnet build $(SOLUTION) -c Release -nologo -v quiet)

schemas: $(OUT)/workers.dll ## Write the JSON Schemas of the contracts again
	dotnet $(OUT)/workers.dll schemas src/Workers.Contracts/Schemas

# Two at a time: each mostly waits, for fast clocks, for servers. test-crashes goes first, beside what asks no broker: the servers that it crashes are
# those of all others. Alone: what starts more processes than the machine has cores.
test: programs ## Run all tests; those that need a broker or a store are skipped, by name, where there is none
	@status=0; \
	$(MAKE) $(AT_ONCE) --jobs=2 test-crashes test-memory test-parts $(ALSO) || status=$$?; \
	$(MAKE) $(AT_ONCE) --jobs=2 test-servers test-broker test-cli || status=$$?; \
	$(MAKE) $(AT_ONCE) --jobs=1 test-processes test-matrix || status=$$?; \
	exit $$status

AT_ONCE := --no-print-directory --output-sync=line --keep-going BUILT=yes
RUN := dotnet test
TESTS := artifacts/tests

# What is compiled at the start of every process again is compiled once.
programs: build
	$(if $(BUILT),@true,tests/precompile/run)

test-crashes: programs
	$(RUN) $(TESTS)/Workers.RabbitMq.Tests/Workers.RabbitMq.Tests.dll --filter "TestCategory=Crash"

test-memory: programs
	$(RUN) $(TESTS)/Workers.Jobs.Tests/Workers.Jobs.Tests.dll -- NUnit.NumberOfTestWorkers=3

test-parts: programs
	$(RUN) $(TESTS)/Workers.Providers.Tests/Workers.Providers.Tests.dll
	$(RUN) $(TESTS)/Workers.Simulator.Tests/Workers.Simulator.Tests.dll
	$(RUN) $(TESTS)/Workers.MongoDb.Tests/Workers.MongoDb.Tests.dll --filter "TestCategory!=Broker"

test-processes: programs
	$(RUN) $(TESTS)/Workers.Host.Tests/Workers.Host.Tests.dll

test-matrix: programs
	$(MATRIX) --seeds 2 --stops 0 --processes-only --or-skip

test-servers: programs ## Run the fleet's specifications once more, on RabbitMQ and MongoDB
	WORKERS_TEST_TRANSPORT=rabbitmq WORKERS_TEST_STORES=mongodb $(RUN) $(TESTS)/Workers.Jobs.Tests/Workers.Jobs.Tests.dll -- NUnit.NumberOfTestWorkers=3 NUnit.Where="cat == Fleet and cat != Rules"

test-broker: programs
	$(RUN) $(TESTS)/Workers.RabbitMq.Tests/Workers.RabbitMq.Tests.dll --filter "TestCategory!=Crash" -- NUnit.NumberOfTestWorkers=3
	$(RUN) $(TESTS)/Workers.MongoDb.Tests/Workers.MongoDb.Tests.dll --filter "TestCategory=Broker"

test-cli: programs
	$(RUN) $(TESTS)/Workers.Cli.Tests/Workers.Cli.Tests.dll

bench: build ## Measure jobs a second on RabbitMQ and MongoDB, what each costs, and how soon it starts
	dotnet artifacts/bin/Workers.Benchmarks/release/Workers.Benchmarks.dll lives

bench-bus: build ## Measure messages and jobs a second over RabbitMQ, beside the client alone
	dotnet artifacts/bin/Workers.Benchmarks/release/Workers.Benchmarks.dll bus

bench-telemetry: build ## Measure what logs, metrics and traces cost, and a log server that is not there
	dotnet artifacts/bin/Workers.Benchmarks/release/Workers.Benchmarks.dll telemetry

bench-rounds: build ## Let 8 processes poll 100,000 tasks, kill some, and see it as the provider does
	dotnet artifacts/bin/Workers.Benchmarks/release/Workers.Benchmarks.dll rounds

bench-million: build ## Measure what is asked of the store on 10,000 jobs and on 1,000,000
	dotnet artifacts/bin/Workers.Benchmarks/release/Workers.Benchmarks.dll million

MATRIX := dotnet $(TESTS)/Workers.CrashMatrix/Workers.CrashMatrix.dll

crash-matrix: programs ## Kill the fleet's processes, and its servers, wherever it could hurt; some 30 minutes
	$(MATRIX)

# White space is judged here and nowhere else: by the files alone, without loading the solution.
format-check:
	dotnet format whitespace . --folder --verify-no-changes --exclude artifacts

check: ## Everything that must hold before a commit: build, format, tests
	@$(MAKE) --no-print-directory test ALSO=format-check

format: ## Format the code
	dotnet format $(SOLUTION)

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
IMAGE := docker build --build-arg VERSION=$(VERSION) --build-arg REVISION=$(shell git rev-parse HEAD 2>/dev/null || echo unknown)
# Further files lie on top, as COMPOSE_FILE=compose/compose.yaml:compose/observability.yaml.
export COMPOSE_FILE ?= compose/compose.yaml

images: ## Build the images of the fleet, of the operator's tool and of the simulator
	$(IMAGE) --file src/Workers.Simulator/Dockerfile --tag workers-simulator $(IMAGE_ARGS) .
	$(IMAGE) --file src/Workers.Host/Dockerfile --target host --tag workers-host $(IMAGE_ARGS) .
	$(IMAGE) --file src/Workers.Host/Dockerfile --target cli --tag workers-cli $(IMAGE_ARGS) .

up: ## Start the fleet with its servers in containers, and wait until it is healthy
	compose/make-secrets.sh
	@docker compose up --detach --wait --wait-timeout 180 || { compose/why.sh; exit 1; }
	@compose/addresses.sh

down: ## Stop it; its volumes stay
	docker compose --profile tools down
	@compose/addresses.sh --down

demo: ## Submit the sample jobs to the running containers, and follow each to its expected end
	@docker compose run --rm --no-TTY cli submit /app/Samples/jobs.jsonl --follow --simulator http://simulator:8090/ --actor demo; status=$$?; compose/addresses.sh; exit $$status

test-compose: ## Kill, stop and multiply the containers under load, and count at the simulator
	dotnet test tests/Workers.Compose.Tests -c Release -nologo

image-report: ## Print each image's size, and how soon a container of each role is ready and what memory it then has
	@compose/image-report.sh

SBOM := dotnet CycloneDX --base-intermediate-output-path artifacts/obj --disable-package-restore --no-serial-number --output artifacts/sbom --output-format Json --set-version $(VERSION)

sbom: ## Write a bill of materials (CycloneDX) for each image to artifacts/sbom
	dotnet tool restore
	for program in Host Cli Simulator; do dotnet restore src/Workers.$$program --locked-mode || exit 1; done
	$(SBOM) src/Workers.Host/Workers.Host.csproj --set-name workers-host --filename workers-host.json
	$(SBOM) src/Workers.Cli/Workers.Cli.csproj --set-name workers-cli --filename workers-cli.json
	$(SBOM) src/Workers.Simulator/Workers.Simulator.csproj --set-name workers-simulator --filename workers-simulator.json

clean: ## Remove what was built, and the results of runs
	rm -rf artifacts results

#!/bin/sh
# Says of each container that does not run well why: what its health check said last, and what it wrote last.
set -eu
for container in $(docker compose ps --all --quiet); do
    state=$(docker inspect --format '{{.State.Status}}{{if eq .State.Status "exited"}} with {{.State.ExitCode}}{{end}}{{with .State.Health}}, {{.Status}}{{end}}' "$container")
    case $state in "running, healthy" | running | "exited with 0"*) continue ;; esac
    echo
    echo "$(docker inspect --format '{{.Name}}' "$container" | tr -d /) is $state"
    docker inspect --format '{{with .State.Health}}{{range .Log}}{{.Output}}{{end}}{{end}}' "$container" | tail -n 4 | sed 's/^/    /'
    docker logs --tail 3 "$container" 2>&1 | cut -c 1-400 | sed 's/^/    /'
done

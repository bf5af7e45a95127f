#!/bin/sh
# Prints each image's size; then, for each role, how soon a container of it is ready on servers that are, and what memory it has once it is idle. Needs the containers of make up.
set -eu
cd "$(dirname "$0")/.."
export COMPOSE_FILE="${COMPOSE_FILE:-compose/compose.yaml}"
seconds() { date +%s.%N; }

printf '%-20s %8s\n' image MiB
for image in workers-host workers-cli workers-simulator; do
    printf '%-20s %8s\n' "$image" "$(docker image inspect --format '{{.Size}}' "$image" | awk '{ printf "%.0f", $1 / 1048576 }')"
done
base=$(docker image inspect --format '{{.Size}}' mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled)
docker image inspect --format '{{.Size}}' workers-host | awk -v base="$base" '{ printf "of workers-host, %.0f MiB are ours and the rest is its base\n\n", ($1 - base) / 1048576 }'

printf '%-20s %10s %12s\n' role 'ready, s' 'memory, MiB'
for role in lifecycle submission polling retrieval failures; do
    container=$(docker compose ps --quiet "$role" | head -n 1)
    [ -n "$container" ] || { echo "$role has no container: make up" >&2; exit 1; }
    docker stop "$container" >/dev/null
    began=$(seconds)
    docker start "$container" >/dev/null
    # Asked from inside, with nothing between the process and the answer but the asking itself.
    tries=0
    until docker exec "$container" dotnet /app/Workers.Host.dll health >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || { echo "$role does not become ready: docker logs $container" >&2; exit 1; }
    done
    ready=$(seconds)
    memory=$(docker stats --no-stream --format '{{.MemUsage}}' "$container" | awk '{ print $1 }')
    printf '%-20s %10s %12s\n' "$role" "$(echo "$began $ready" | awk '{ printf "%.1f", $2 - $1 }')" "${memory%MiB}"
done

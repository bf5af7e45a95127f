#!/bin/sh
# Says where the people's pages of compose.yaml are.
set -eu
if [ "${1:-}" = --down ]; then
    echo "Stopped. The management UI (http://127.0.0.1:${WORKERS_UI_PORT:-15672}) and Seq (http://127.0.0.1:${WORKERS_SEQ_PORT:-5341}) are back with make up; data stays in its volumes."
    exit
fi
echo "Management UI  http://127.0.0.1:${WORKERS_UI_PORT:-15672}  user workers, password in compose/secrets/rabbitmq-password"
echo "Seq            http://127.0.0.1:${WORKERS_SEQ_PORT:-5341}"
echo "Simulator      http://127.0.0.1:${WORKERS_SIMULATOR_PORT:-8090}/simulator/ledger"

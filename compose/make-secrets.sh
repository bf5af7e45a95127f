#!/bin/sh
# Makes the secrets of compose.yaml that are not there yet. The folder is closed to other users of this machine; the files are not, since each container reads them as a user of its own.
set -eu
cd "$(dirname "$0")"
mkdir -p -m 700 secrets
cd secrets
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
for name in rabbitmq-password mongodb-password rabbitmq-cookie mongodb-key grafana-password; do
    [ -s "$name" ] || random >"$name"
done
[ -s rabbitmq.conf ] || printf 'default_user = workers\ndefault_pass = %s\n' "$(cat rabbitmq-password)" >rabbitmq.conf
[ -s provider-key ] || printf simulator-key >provider-key
chmod 644 ./*

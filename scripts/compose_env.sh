#!/usr/bin/env bash
# Prints the environment that compose.yaml asks for, with fresh random secrets.
#
#   bash scripts/compose_env.sh [https://reports.example.org] > .env && chmod 600 .env
#
# Keep the result: the database and the sessions are bound to these values.
set -euo pipefail

random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

cat <<ENV
TABLEWRIGHT_PUBLIC_URL=${1:-http://localhost:8080}
TABLEWRIGHT_SECRET_KEY=$(random 32)
OWNER_DB_PASSWORD=$(random 24)
APP_DB_PASSWORD=$(random 24)
RABBITMQ_PASSWORD=$(random 24)
REDIS_PASSWORD=$(random 24)
S3_ACCESS_KEY=tw$(random 8)
S3_SECRET_KEY=$(random 24)
ENV

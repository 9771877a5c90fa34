#!/usr/bin/env bash
# The neighbours that the tests talk to: PostgreSQL, Redis, RabbitMQ, an S3 server, a browser, Spark.
#
# What answers on its standard port is used. What does not is installed from Debian and started when this
# user is root; otherwise the command that does it is printed and the script fails. The addresses go to
# build/services.env (mode 0600: it holds the credentials of throw-away services), which the tests read.
# An address given in the environment beforehand (TABLEWRIGHT_TEST_*) wins over all of this.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$here/../lib/say.sh"
. "$here/apt.sh"

mkdir -p "$BUILD"
umask 077

# Random credentials for the container variant; made once, so that a running container keeps its keys.
docker_env="$BUILD/services.docker.env"
if [ ! -s "$docker_env" ]; then
  printf 'TEST_S3_ACCESS_KEY=tw%s\nTEST_S3_SECRET_KEY=%s\n' "$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')" \
    "$(od -An -N20 -tx1 /dev/urandom | tr -d ' \n')" >"$docker_env"
fi

say "Services for the tests"
. "$here/postgres.sh"
. "$here/redis.sh"
. "$here/rabbitmq.sh"
. "$here/s3.sh"
. "$here/programs.sh"
. "$here/spark.sh"

postgres_url="$(ensure_postgres)"
say "  PostgreSQL  ready"
redis_url="$(ensure_redis)"
say "  Redis       ready"
rabbitmq_url="$(ensure_rabbitmq)"
say "  RabbitMQ    ready"
ensure_s3
say "  S3          ready"
chromium="$(ensure_programs)"
say "  Chromium    ready"
spark="$(ensure_spark)"
say "  Spark       ready"

{
  echo "TABLEWRIGHT_TEST_POSTGRES_URL=$postgres_url"
  echo "TABLEWRIGHT_TEST_REDIS_URL=$redis_url"
  echo "TABLEWRIGHT_TEST_RABBITMQ_URL=$rabbitmq_url"
  echo "TABLEWRIGHT_TEST_S3_ENDPOINT=$S3_ENDPOINT"
  echo "TABLEWRIGHT_TEST_S3_REGION=$S3_REGION"
  echo "TABLEWRIGHT_TEST_S3_ACCESS_KEY=$S3_ACCESS_KEY"
  echo "TABLEWRIGHT_TEST_S3_SECRET_KEY=$S3_SECRET_KEY"
  echo "TABLEWRIGHT_TEST_S3_BUCKET=$S3_BUCKET"
  echo "TABLEWRIGHT_TEST_CHROMIUM=$chromium"
  echo "TABLEWRIGHT_TEST_SPARK_HOME=$spark"
} >"$BUILD/services.env.new"
mv "$BUILD/services.env.new" "$BUILD/services.env"
say "  addresses   build/services.env"

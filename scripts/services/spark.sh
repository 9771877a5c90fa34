# Apache Spark as a Spark Connect endpoint, for the tests of engines. Sourced by all.sh; run by itself it serves one:
#
#   bash scripts/services/spark.sh serve [PORT]          (15002 when none is given; Ctrl-C ends it)
#
# Java 17 comes from Debian, Spark from its Python package into build/spark-server, as backend/uv.lock says. It is an
# environment of its own because pyspark and the client hold the same module.
# shellcheck shell=bash

_spark_python() { echo "$BUILD/spark-server/bin/python"; }

has_java() { has java && java -version 2>&1 | grep -Eq 'version "(17|21)'; }

# Prints the folder of Spark.
ensure_spark() {
  if [ -n "${TABLEWRIGHT_TEST_SPARK_HOME:-}" ]; then
    echo "$TABLEWRIGHT_TEST_SPARK_HOME"
    return
  fi
  if ! has_java; then
    may_install || offer_containers "Java 17"
    install_packages openjdk-17-jre-headless >&2
  fi
  local uv
  uv="$(bash "$ROOT/scripts/python.sh" --uv)"
  (cd "$ROOT/backend" && UV_PROJECT_ENVIRONMENT="$BUILD/spark-server" \
    "$uv" sync --locked --quiet --only-group spark-server >&2) || fail "Spark could not be installed into build/spark-server."
  "$(_spark_python)" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))'
}

# It lives for minutes: what the second compiler makes of it is never used long enough to be worth its time.
_JAVA="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

# serve_spark HOME PORT: in the foreground, a driver and two executors with processes of their own.
serve_spark() {
  export SPARK_HOME="$1" SPARK_LOCAL_IP=127.0.0.1 PYSPARK_PYTHON=/usr/bin/false
  mkdir -p "$BUILD/spark"
  cd "$BUILD/spark"
  exec "$SPARK_HOME/bin/spark-submit" --class org.apache.spark.sql.connect.service.SparkConnectServer \
    --name tablewright-tests --master "${TABLEWRIGHT_TEST_SPARK_MASTER:-local-cluster[2,1,1024]}" \
    --conf spark.connect.grpc.binding.address=127.0.0.1 --conf "spark.connect.grpc.binding.port=$2" \
    --driver-java-options "$_JAVA" --conf "spark.executor.extraJavaOptions=$_JAVA" \
    --conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1 --conf spark.driver.memory=1g \
    --conf spark.ui.enabled=false --conf spark.sql.ui.retainedExecutions=5 \
    --conf spark.sql.maxPlanStringLength=2000 --conf spark.sql.shuffle.partitions=2 --conf spark.default.parallelism=2 \
    --conf "spark.sql.warehouse.dir=$BUILD/spark/warehouse" spark-internal
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -euo pipefail
  here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
  . "$here/../lib/say.sh"
  . "$here/apt.sh"
  case "${1:-}" in
    serve) serve_spark "$(ensure_spark)" "${2:-15002}" ;;
    *) fail "Usage: bash scripts/services/spark.sh serve [PORT]" ;;
  esac
fi

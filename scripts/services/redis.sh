# Redis 6 or newer. Sourced by all.sh.
# shellcheck shell=bash

# Prints the URL. Nothing is kept on disk by the server that we start.
ensure_redis() {
  if [ -n "${TABLEWRIGHT_TEST_REDIS_URL:-}" ]; then
    echo "$TABLEWRIGHT_TEST_REDIS_URL"
    return
  fi
  if ! answers 6379; then
    if ! has redis-server; then
      may_install || offer_containers "Redis"
      install_packages redis-server >&2
    fi
    if ! answers 6379; then
      say "  starting Redis"
      redis-server --daemonize yes --bind 127.0.0.1 --port 6379 --save "" --appendonly no \
        --dir "$BUILD" --logfile "$BUILD/redis.log" --pidfile "$BUILD/redis.pid" >/dev/null </dev/null
    fi
    wait_until 30 answers 6379 || fail "Redis was started and does not answer on 127.0.0.1:6379." "See build/redis.log."
  fi
  echo "redis://127.0.0.1:6379/0"
}

# RabbitMQ 3.10 or newer. Sourced by all.sh.
# shellcheck shell=bash

# Prints the URL of the local guest, which RabbitMQ lets in from the loopback address alone.
ensure_rabbitmq() {
  if [ -n "${TABLEWRIGHT_TEST_RABBITMQ_URL:-}" ]; then
    echo "$TABLEWRIGHT_TEST_RABBITMQ_URL"
    return
  fi
  if ! answers 5672; then
    if [ ! -x /usr/sbin/rabbitmq-server ]; then
      may_install || offer_containers "RabbitMQ"
      install_packages rabbitmq-server >&2
    fi
    if ! wait_until 5 answers 5672; then
      may_install || offer_containers "RabbitMQ"
      say "  starting RabbitMQ"
      /usr/sbin/rabbitmq-server -detached >/dev/null 2>&1 </dev/null
    fi
    # A first start on a busy machine takes most of a minute.
    wait_until 180 answers 5672 || fail "RabbitMQ was started and does not answer on 127.0.0.1:5672." \
      "See /var/log/rabbitmq."
  fi
  echo "amqp://guest:guest@127.0.0.1:5672/%2F"
}

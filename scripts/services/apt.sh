# Debian's packages, when this user may install them. Sourced, never run.
# shellcheck shell=bash

may_install() { [ "$(id -u)" -eq 0 ] && has apt-get; }

# install_packages NAME...: quiet, without questions, without starting anything that asks for a terminal.
install_packages() {
  say "  installing Debian's $*"
  mkdir -p "$BUILD"
  local log="$BUILD/apt.log"
  if ! DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$log" 2>&1 </dev/null; then
    # The lists may be missing or old: fetch them once and try again.
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } \
      >"$log" 2>&1 </dev/null; then
      tail -n 5 "$log" >&2
      fail "Debian's packages could not be installed: $*" "The whole output is in build/apt.log."
    fi
  fi
}

# What to do where we may not install: one line that starts the same services in containers.
offer_containers() {
  local missing="$1"
  fail "$missing is not running here, and this user cannot install it." \
    "Either run 'make services' once as root on Debian, or start all of them in containers:" \
    "" \
    "  docker compose --env-file build/services.docker.env -f scripts/services/compose.yaml up -d --wait" \
    "" \
    "and run this command again."
}

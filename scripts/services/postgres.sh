# PostgreSQL 15 or newer, as a user that may create databases and roles. Sourced by all.sh.
# shellcheck shell=bash

_postgres_is_super() { # URL
  [ "$(psql -XAtq "$1" -c "select current_setting('is_superuser')" 2>/dev/null </dev/null)" = "on" ]
}

# Prints a superuser's URL.
ensure_postgres() {
  if [ -n "${TABLEWRIGHT_TEST_POSTGRES_URL:-}" ]; then
    echo "$TABLEWRIGHT_TEST_POSTGRES_URL"
    return
  fi
  if ! has psql; then
    may_install || offer_containers "PostgreSQL (or its client, psql)"
    install_packages postgresql postgresql-client >&2
  fi
  if ! answers 5432; then
    may_install || offer_containers "PostgreSQL"
    has pg_ctlcluster || install_packages postgresql >&2
    answers 5432 || _start_postgres_cluster >&2
    wait_until 60 answers 5432 || fail "PostgreSQL was started and does not answer on 127.0.0.1:5432."
  fi
  local url
  for url in \
    "postgresql://postgres@127.0.0.1:5432/postgres" \
    "postgresql://$(id -un)@127.0.0.1:5432/postgres"; do
    if _postgres_is_super "$url"; then
      echo "$url"
      return
    fi
  done
  # Debian's own cluster lets in the system user "postgres" only: as root, make a role for the tests.
  if [ "$(id -u)" -eq 0 ] && id postgres >/dev/null 2>&1; then
    local password
    password="$(od -An -N20 -tx1 /dev/urandom | tr -d ' \n')"
    runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -d postgres >&2 <<SQL || true
DO \$\$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tablewright_test') THEN
    CREATE ROLE tablewright_test SUPERUSER LOGIN;
  END IF;
END \$\$;
ALTER ROLE tablewright_test PASSWORD '$password';
SQL
    url="postgresql://tablewright_test:$password@127.0.0.1:5432/postgres"
    if _postgres_is_super "$url"; then
      echo "$url"
      return
    fi
  fi
  fail "PostgreSQL answers on 127.0.0.1:5432, but no way in as a superuser was found." \
    "Set TABLEWRIGHT_TEST_POSTGRES_URL to the URL of a superuser (the tests make and drop their own databases)."
}

_start_postgres_cluster() {
  local version
  version="$(find /etc/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null | sort -rn | head -n 1)"
  [ -n "$version" ] || fail "Debian's PostgreSQL is installed without a cluster." "Make one with pg_createcluster."
  say "  starting PostgreSQL $version"
  pg_ctlcluster --skip-systemctl-redirect "$version" main start </dev/null
}

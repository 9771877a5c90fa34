#!/usr/bin/env bash
# An S3 server for the tests: Ceph's RADOS gateway from Debian, with one monitor and one store in memory.
#
#   scripts/services/s3.sh start    start it (13 s), or leave a running one alone
#   scripts/services/s3.sh stop     end it and remove its folder
#
# Everything is inside build/s3, keys are random for every start and stand in build/s3/keys (mode 0600).
# all.sh sources this file and calls ensure_s3, which sets S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY,
# S3_SECRET_KEY and S3_BUCKET.
# shellcheck shell=bash
s3_here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$s3_here/../lib/say.sh"
. "$s3_here/apt.sh"

S3_REGION=us-east-1
S3_BUCKET=tablewright-test
S3_HOME="$BUILD/s3"
_first_port=19000 # the container variant listens here too
_first_monitor_port=16789

ensure_s3() {
  if [ -n "${TABLEWRIGHT_TEST_S3_ENDPOINT:-}" ]; then
    S3_ENDPOINT="$TABLEWRIGHT_TEST_S3_ENDPOINT"
    S3_ACCESS_KEY="${TABLEWRIGHT_TEST_S3_ACCESS_KEY:?is missing beside TABLEWRIGHT_TEST_S3_ENDPOINT}"
    S3_SECRET_KEY="${TABLEWRIGHT_TEST_S3_SECRET_KEY:?is missing beside TABLEWRIGHT_TEST_S3_ENDPOINT}"
    S3_REGION="${TABLEWRIGHT_TEST_S3_REGION:-us-east-1}"
    S3_BUCKET="${TABLEWRIGHT_TEST_S3_BUCKET:-$S3_BUCKET}"
    _make_bucket
    return
  fi
  if _read_keys && answers "$S3_PORT" && _make_bucket 2>/dev/null; then
    return
  fi
  has radosgw && has ceph-mon && has ceph-osd && has ceph || {
    may_install || offer_containers "An S3 server"
    install_packages radosgw ceph-mon ceph-osd ceph-common
  }
  s3_start
  _make_bucket
}

# Port and keys of the server that we started, or of the container variant.
_read_keys() {
  if [ -s "$S3_HOME/keys" ]; then
    . "$S3_HOME/keys"
  elif [ -s "$BUILD/services.docker.env" ]; then
    S3_PORT="$_first_port"
    S3_ACCESS_KEY="$(sed -n 's/^TEST_S3_ACCESS_KEY=//p' "$BUILD/services.docker.env")"
    S3_SECRET_KEY="$(sed -n 's/^TEST_S3_SECRET_KEY=//p' "$BUILD/services.docker.env")"
  else
    return 1
  fi
  S3_ENDPOINT="http://127.0.0.1:$S3_PORT"
}

# Another working copy may run a server of its own: take the next pair of ports that nobody listens on.
_choose_ports() {
  local step
  for step in $(seq 0 30); do
    S3_PORT=$((_first_port + step))
    _monitor_port=$((_first_monitor_port + step))
    answers "$S3_PORT" || answers "$_monitor_port" || return 0
  done
  fail "No free port for the S3 server between $_first_port and $S3_PORT."
}

_make_bucket() {
  S3_SECRET_KEY="$S3_SECRET_KEY" python3 "$s3_here/bucket.py" "$S3_ENDPOINT" "$S3_REGION" "$S3_ACCESS_KEY" "$S3_BUCKET"
}

s3_start() {
  s3_stop
  _choose_ports
  S3_ENDPOINT="http://127.0.0.1:$S3_PORT"
  say "  starting an S3 server (Ceph RADOS gateway)"
  (umask 077 && mkdir -p "$S3_HOME"/{mon,osd,run,log,rgw})
  local fsid conf="$S3_HOME/ceph.conf" ring="$S3_HOME/keyring" out="$S3_HOME/log/start.txt"
  fsid="$(cat /proc/sys/kernel/random/uuid)"
  cat >"$conf" <<CONF
[global]
fsid = $fsid
mon_initial_members = a
mon_host = 127.0.0.1:$_monitor_port
public_addr = 127.0.0.1
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
keyring = $ring
run_dir = $S3_HOME/run
pid_file = $S3_HOME/run/\$name.pid
admin_socket = $S3_HOME/run/\$name.sock
log_file = $S3_HOME/log/\$name.log
mon_cluster_log_file = $S3_HOME/log/cluster.log
crash_dir = $S3_HOME/log
mon_data = $S3_HOME/mon
osd_data = $S3_HOME/osd
rgw_data = $S3_HOME/rgw
osd_objectstore = memstore
memstore_device_bytes = 2147483648
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
mon_data_avail_crit = 0
mon_data_avail_warn = 0
osd_class_update_on_start = true
CONF
  S3_ACCESS_KEY="tw$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')"
  S3_SECRET_KEY="$(od -An -N20 -tx1 /dev/urandom | tr -d ' \n')"
  if ! _start_ceph "$fsid" "$conf" "$ring" >"$out" 2>&1 </dev/null; then
    tail -n 8 "$out" >&2
    fail "The S3 server did not start." "See build/s3/log."
  fi
  (umask 077 && printf 'S3_PORT=%s\nS3_ACCESS_KEY=%s\nS3_SECRET_KEY=%s\n' \
    "$S3_PORT" "$S3_ACCESS_KEY" "$S3_SECRET_KEY" >"$S3_HOME/keys")
}

_start_ceph() { # FSID CONF KEYRING
  local fsid="$1" conf="$2" ring="$3" map="$S3_HOME/monmap"
  (
    set -euo pipefail
    umask 077
    ceph-authtool --create-keyring "$ring" --gen-key -n mon. --cap mon 'allow *'
    ceph-authtool "$ring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
    ceph-authtool "$ring" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'
    ceph-authtool "$ring" --gen-key -n client.rgw --cap mon 'allow rw' --cap osd 'allow rwx'
    monmaptool --create --add a "127.0.0.1:$_monitor_port" --fsid "$fsid" "$map"
    ceph-mon -c "$conf" --mkfs -i a --monmap "$map" --keyring "$ring"
    ceph-mon -c "$conf" -i a
    timeout 60 ceph -c "$conf" --connect-timeout 30 osd create
    ceph-osd -c "$conf" -i 0 --mkfs
    ceph-osd -c "$conf" -i 0
    radosgw -c "$conf" -n client.rgw --rgw_frontends="beast endpoint=127.0.0.1:$S3_PORT"
  ) || return 1
  wait_until 90 answers "$S3_PORT" || return 1
  timeout 60 radosgw-admin -c "$conf" user create --uid=tests --display-name=Tests \
    --access-key="$S3_ACCESS_KEY" --secret-key="$S3_SECRET_KEY"
}

# By the process ids that these servers wrote, and only when the process is one of them.
s3_stop() {
  local file pid name
  for name in client.rgw osd.0 mon.a; do
    file="$S3_HOME/run/$name.pid"
    [ -s "$file" ] || continue
    pid="$(cat "$file")"
    case "$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline")" in
      *"$S3_HOME"*)
        kill -TERM "$pid" 2>/dev/null || true
        wait_until 10 test ! -e "/proc/$pid" || kill -KILL "$pid" 2>/dev/null || true
        ;;
    esac
  done
  rm -rf "$S3_HOME"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -euo pipefail
  case "${1:-}" in
    start) ensure_s3 && say "S3 answers at $S3_ENDPOINT; its keys are in build/s3/keys." ;;
    stop) s3_stop ;;
    *) fail "Say 'start' or 'stop'." ;;
  esac
fi

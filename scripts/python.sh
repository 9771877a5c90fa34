#!/usr/bin/env bash
# The Python side: finds or installs uv, then makes backend/.venv exactly as the lock file says.
# Prints nothing on stdout but, with --uv, the path of uv. Installs nothing outside this folder unless the
# machine's Python leaves no other way, asks nothing, and needs no root.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/say.sh"

# Prints a working Python 3.11 to 3.13. A pyenv shim may exist without a version behind it: run it to know.
find_python() {
  local candidate
  for candidate in python3.11 python3.12 python3.13 python3 /usr/bin/python3.11 /usr/bin/python3; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; then
      "$candidate" -c 'import sys; print(sys.executable)'
      return
    fi
  done
  fail "No Python 3.11, 3.12 or 3.13 was found." "On Debian 12, as root: apt-get install -y python3 python3-venv"
}

# Prints the path of a working uv of at least 0.8, the first that writes and reads this lock file.
find_uv() {
  local candidate
  for candidate in "$TOOLS/uv/bin/uv" "$TOOLS/uv-target/bin/uv" uv "$HOME/.local/bin/uv" "$HOME/.cargo/bin/uv"; do
    if "$candidate" --version 2>/dev/null | grep -Eq '^uv (0\.([89]|[1-9][0-9]+)\.|[1-9])'; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# uv is one program in a wheel. Three ways to unpack it, from the cleanest to the last resort.
install_uv() {
  local python log="$BUILD/uv.log"
  python="$(find_python)"
  mkdir -p "$TOOLS" "$BUILD"
  say "Installing uv into .tools"
  : >"$log"
  # 1. an environment of its own: needs ensurepip, which Debian keeps in python3-venv
  if "$python" -m venv "$TOOLS/uv" >>"$log" 2>&1 && "$TOOLS/uv/bin/python" -m pip install -q uv >>"$log" 2>&1; then
    return
  fi
  rm -rf "$TOOLS/uv"
  # 2. the machine's pip, into a folder of ours
  if "$python" -m pip install -q --target "$TOOLS/uv-target" uv >>"$log" 2>&1; then
    return
  fi
  rm -rf "$TOOLS/uv-target"
  # 3. Debian's packages, when we may
  if [ "$(id -u)" -eq 0 ] && has apt-get; then
    say "  pip is missing: installing Debian's python3-venv"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv; } \
      >>"$log" 2>&1 </dev/null || true
    if /usr/bin/python3 -m venv "$TOOLS/uv" >>"$log" 2>&1 && "$TOOLS/uv/bin/python" -m pip install -q uv >>"$log" 2>&1; then
      return
    fi
    rm -rf "$TOOLS/uv"
  fi
  tail -n 5 "$log" >&2
  fail "uv could not be installed: this Python has neither venv nor pip, or the package registry is out of reach." \
    "On Debian, as root: apt-get install -y python3-venv" "The whole output is in build/uv.log."
}

uv="$(find_uv)" || { install_uv && uv="$(find_uv)"; }
if [ "${1:-}" = "--uv" ]; then
  echo "$uv"
  exit
fi

# The lock decides; "--locked" also stops when pyproject.toml has moved on without it.
python="$(find_python)"
cd "$ROOT/backend"
if ! "$uv" sync --locked --quiet --compile-bytecode --python "$python" "$@"; then
  fail "The Python environment could not be made." \
    "If pyproject.toml was changed, run 'uv lock' in backend/ and commit uv.lock with it."
fi

# Child processes may write nothing, so not what Python compiles either, and where PYTHONDONTWRITEBYTECODE is set nobody
# does: every process would compile everything it loads, for seconds.
.venv/bin/python -m compileall -q src || fail "The sources of the server do not compile."

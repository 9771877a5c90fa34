#!/usr/bin/env bash
# The Node side: checks Node, puts the pinned pnpm into .tools, installs exactly what pnpm-lock.yaml says.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/say.sh"
. "$ROOT/scripts/lib/pnpm.sh"

has node && node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' ||
  fail "Building the web needs Node 20 or newer." \
    "Without it: install the released wheel (it holds the built web) and run 'tablewright serve'."

wanted="$(node -p 'require(process.argv[1]).packageManager.split("@")[1]' "$ROOT/package.json")"
if [ "$("$PNPM" --version 2>/dev/null || true)" != "$wanted" ]; then
  has npm || fail "npm is missing; it comes with Node." "On Debian, as root: apt-get install -y npm"
  say "Installing pnpm $wanted into .tools"
  mkdir -p "$TOOLS" "$BUILD"
  # No scripts, no lock, no notices: one package, unpacked.
  npm install --prefix "$TOOLS" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error "pnpm@$wanted" \
    >"$BUILD/pnpm.log" 2>&1 </dev/null || { tail -n 8 "$BUILD/pnpm.log" >&2 && fail "pnpm could not be installed."; }
fi

# Nothing to do when the lock and every manifest are those of the last installation.
stamp="$(cd "$ROOT" && cat pnpm-lock.yaml pnpm-workspace.yaml package.json ./*/package.json tools/*/package.json | sha256sum)"
if [ "$(cat "$ROOT/node_modules/.tablewright-stamp" 2>/dev/null || true)" != "$stamp" ]; then
  say "Installing the front end's packages"
  (cd "$ROOT" && CI=true "$PNPM" install --frozen-lockfile --reporter=append-only >"$BUILD/pnpm.log" 2>&1 </dev/null) ||
    { tail -n 12 "$BUILD/pnpm.log" >&2 && fail "The front end's packages could not be installed." "See build/pnpm.log."; }
  printf '%s\n' "$stamp" >"$ROOT/node_modules/.tablewright-stamp"
fi

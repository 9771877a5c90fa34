#!/usr/bin/env bash
# Builds what the Python package carries for the browser: the chart bundle and the exported web.
# Each is built only when its sources changed since the copy inside the package was made.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/say.sh"
. "$ROOT/scripts/lib/pnpm.sh"
cd "$ROOT"

package=backend/src/tablewright
bundle="$package/core/charts/bundle"
web="$package/web"
python=backend/.venv/bin/python
mkdir -p "$BUILD"

charts_stamp="$("$python" scripts/stamp.py charts pnpm-lock.yaml)"
web_stamp="$("$python" scripts/stamp.py charts frontend pnpm-lock.yaml pnpm-workspace.yaml)"
stamps="$BUILD/stamps"
mkdir -p "$stamps"
charts_are_current() {
  [ -n "$(find "$bundle" -name '*.js' -print -quit 2>/dev/null)" ] &&
    [ "$(cat "$stamps/charts" 2>/dev/null || true)" = "$charts_stamp" ]
}
web_is_current() { [ -s "$web/index.html" ] && [ "$(cat "$stamps/web" 2>/dev/null || true)" = "$web_stamp" ]; }

if charts_are_current && web_is_current; then
  say "The web is up to date"
  exit
fi
bash scripts/node.sh

if ! charts_are_current; then
  say "Building the chart bundle"
  "$PNPM" --filter @tablewright/charts run build >"$BUILD/charts.log" 2>&1 </dev/null ||
    { tail -n 20 "$BUILD/charts.log" >&2 && fail "The chart bundle could not be built." "See build/charts.log."; }
  [ -n "$(find "$bundle" -name '*.js' -print -quit 2>/dev/null)" ] || fail "The chart build left no bundle in $bundle."
  printf '%s\n' "$charts_stamp" >"$stamps/charts"
fi

if ! web_is_current; then
  say "Building the web (a minute or two on two cores)"
  (cd frontend && rm -rf out && ../"${PNPM#"$ROOT/"}" run build) >"$BUILD/web.log" 2>&1 </dev/null ||
    { tail -n 30 "$BUILD/web.log" >&2 && fail "The web could not be built." "See build/web.log."; }
  [ -s frontend/out/index.html ] || fail "The web build left no frontend/out/index.html."
  "$python" scripts/budget.py >"$BUILD/budget.log" ||
    { tail -n 20 "$BUILD/budget.log" >&2 && fail "The web is heavier than its budget." "See build/budget.log."; }
  # Beside, then swapped: a server that is running never sees half of it.
  rm -rf "$web.new" "$web.old"
  cp -R frontend/out "$web.new"
  [ ! -e "$web" ] || mv "$web" "$web.old"
  mv "$web.new" "$web"
  rm -rf "$web.old"
  printf '%s\n' "$web_stamp" >"$stamps/web"
fi

# Where the pinned pnpm is, and how Node is called here. Sourced after say.sh.
# shellcheck shell=bash

PNPM="$TOOLS/node_modules/.bin/pnpm"
export NEXT_TELEMETRY_DISABLED=1
export npm_config_update_notifier=false

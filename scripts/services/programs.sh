# Programs that the tests start: a browser, and poppler to look at PDF pages. Sourced by all.sh.
# shellcheck shell=bash

# Prints the browser's path.
ensure_programs() {
  local browser="${TABLEWRIGHT_TEST_CHROMIUM:-}" candidate
  if [ -z "$browser" ]; then
    for candidate in chromium chromium-browser google-chrome; do
      if has "$candidate"; then
        browser="$(command -v "$candidate")"
        break
      fi
    done
  fi
  local missing=()
  [ -n "$browser" ] || missing+=(chromium fonts-liberation)
  has pdftoppm || missing+=(poppler-utils)
  if [ ${#missing[@]} -gt 0 ]; then
    may_install || fail "The tests need a Chromium browser and poppler's pdftoppm; missing: ${missing[*]}." \
      "On Debian, as root: apt-get install -y ${missing[*]}" \
      "or set TABLEWRIGHT_TEST_CHROMIUM to the path of a Chromium or Chrome."
    install_packages "${missing[@]}" >&2
    [ -n "$browser" ] || browser="$(command -v chromium)"
  fi
  echo "$browser"
}

#!/bin/bash
# Real SIP clients against bin/ringfence on loopback; see README.md.
# run.sh [SCENARIO...]: all scenarios, or those that are named. KEEP=1 keeps the
# logs also when nothing has failed.
set -euo pipefail
[[ -z ${RINGFENCE:-} ]] || RINGFENCE=$(realpath "$RINGFENCE")
cd "$(dirname "${BASH_SOURCE[0]}")"

# need TOOL PACKAGE: installs what is missing when it may, else says so.
need() {
  command -v "$1" >/dev/null && return
  if ((EUID == 0)) && command -v apt-get >/dev/null; then
    apt_install "$2" >&2 || true
  fi
  command -v "$1" >/dev/null || stop "$1 is missing: install the Debian package $2"
}

stop() { echo "interop: $*" >&2; exit 1; }

apt_install() {
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qqy --no-install-recommends "$1"
}

# names: the scenarios in their order, without the number.
names() { basename -s .sh scenarios/*.sh | cut -c 4-; }

# file_of NAME: its script.
file_of() { echo scenarios/??-"$1".sh; }

# run_scenario NAME COMMAND...: one log, one line.
run_scenario() {
  local name=$1 begin=${EPOCHREALTIME/./}
  export OUT=$WORK/$name; shift
  mkdir -p "$OUT"
  if "$@" >"$OUT/log" 2>&1; then
    printf 'ok    %-18s %5d ms\n' "$name" $(((${EPOCHREALTIME/./} - begin) / 1000))
  else
    printf 'FAIL  %-18s %s (log %s)\n' "$name" "$(tail -n 1 "$OUT/log" | cut -c 1-300)" "$OUT/log"
    return 1
  fi
}

# count COMMAND...: one that has passed, or failed.
count() { if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi; }

# finish: the server goes; logs stay when somebody has to read them.
finish() {
  ((${#beside[@]} == 0)) || kill "${beside[@]}" 2>/dev/null || true
  kill "$SERVER" 2>/dev/null && wait "$SERVER" || true
  if ((failed > 0)) || [[ -n ${KEEP:-} ]]; then
    echo "logs: $WORK"
  else
    rm -rf "$WORK"
  fi
}

WORK=$(mktemp -d /tmp/ringfence-interop.XXXXXX)
export WORK
source ./lib.sh
trap 'rm -rf "$WORK"' EXIT
for pair in sipp:sip-tester sipsak:sipsak baresip:baresip-core sox:sox openssl:openssl curl:curl jq:jq; do
  need "${pair%:*}" "${pair#*:}"
done
command -v go >/dev/null || stop "go is missing"
[[ -x $RINGFENCE ]] || stop "$RINGFENCE is missing: make build makes it"
for name in "$@"; do
  names | grep -qx -- "$name" || stop "no scenario $name, there are:" $(names)
done

beside=()
passed=0 failed=1 # until it is over: what is broken off has failed
trap finish EXIT
echo 20000 >"$WORK/port"
server_at 15060
server_start "$WORK" 31000-31999
export RINGFENCE SIP API PROV SERVER
failed=0
# Those from 90 on have a server of their own and mostly wait: they run meanwhile.
for name in ${*:-$(names)}; do
  [[ $(file_of "$name") == scenarios/9* ]] || continue
  run_scenario "$name" timeout 90 bash "$(file_of "$name")" &
  beside+=($!)
done
for name in ${*:-$(names)}; do
  [[ $(file_of "$name") == scenarios/9* ]] || count run_scenario "$name" timeout 90 bash "$(file_of "$name")"
done
for pid in "${beside[@]}"; do count wait "$pid"; done
count run_scenario stop server_stop
trap - EXIT
finish
echo "$passed passed, $failed failed"
((failed == 0))

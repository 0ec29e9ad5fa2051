#!/bin/bash
# Calls: ROUNDS of each kind, and the medians; then what a held call takes. See
# README.md.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

phones "${PHONES:-1000}"
for _ in $(seq "$ROUNDS"); do
  ringfence_start
  calls calls "calls" -d "${SECONDS_EACH}s"
  calls calls "calls, nonce known" -d "${SECONDS_EACH}s" -mode reuse
  calls calls "calls, 200 a second, of 1 s" -d "${SECONDS_EACH}s" -rate 200 -hold 1s
  server_stop
  ringfence_start
  calls rtp "packets of ${MEDIA_CALLS:-500} calls" -n "${MEDIA_CALLS:-500}" -d "${SECONDS_EACH}s"
  server_stop
done
ringfence_start
calls held "Ringfence" -n "${HELD:-2000}"
server_stop
table
grep -e "calls held" -e "RSS .* before" "$RUN/results"

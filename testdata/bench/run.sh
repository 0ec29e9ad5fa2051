#!/bin/bash
# The registrar's figures: ROUNDS of each kind, and the medians. See README.md.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

phones 1000
for _ in $(seq "$ROUNDS"); do
  ringfence_start
  measure "UDP"
  measure "UDP, nonce known" -mode reuse
  measure "UDP, 1000 a second" -rate 1000
  measure "UDP, 5000 a second" -rate 5000
  measure "TCP" -proto tcp
  measure "TCP, nonce known" -proto tcp -mode reuse
  server_stop
  ringfence_start --registrations memory
  measure "UDP, in memory"
  measure "UDP, in memory, nonce known" -mode reuse
  measure "UDP, in memory, 5000 a second" -rate 5000
  server_stop
done
table

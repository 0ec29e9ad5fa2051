#!/bin/bash
# Calls, beside Kamailio as a mere stateful proxy, and media beside rtpengine in
# user space, round by round. See README.md. MODE=reuse, RATE=200 change the work.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

for tool in kamailio rtpengine; do
  command -v "$tool" >/dev/null || stop "$tool is missing: apt-get install --no-install-recommends kamailio rtpengine-daemon"
done
work=(-d "${SECONDS_EACH}s" -rate "${RATE:-0}")
media=(-n "${MEDIA_CALLS:-500}" -d "${SECONDS_EACH}s")
NG=127.0.0.1:$((${PORT:-25060} + 4))

# rtpengine_start: without the kernel's forwarding, one thread; returns when it
# listens.
rtpengine_start() {
  (on 0 rtpengine --foreground --log-stderr --log-level=3 --table=-1 --interface=127.0.0.1 --listen-ng="$NG" \
    --port-min="${RTP%-*}" --port-max="${RTP#*-}" --num-threads=1 --delete-delay=0) >>"$RUN/server.log" 2>&1 &
  SERVER=$!
  for _ in {1..100}; do
    grep -qi ":$(printf %04X "${NG#*:}") 00000000:0000" /proc/net/udp && return
    sleep .1
  done
  stop "rtpengine did not start: $(tail -n 1 "$RUN/server.log")"
}

phones "${PHONES:-1000}"
for _ in $(seq "$ROUNDS"); do
  ringfence_start
  calls calls "calls, Ringfence" "${work[@]}" -mode "${MODE:-full}"
  server_stop
  kamailio_start kamailio-calls.cfg
  calls calls "calls, Kamailio" "${work[@]}" -dial user
  server_stop
  ringfence_start
  calls rtp "packets, Ringfence" "${media[@]}"
  server_stop
  rtpengine_start
  calls rtp "packets, rtpengine" "${media[@]}" -via ng -ng "$NG"
  server_stop
done
ringfence_start
calls held "Ringfence" -n "${HELD:-2000}"
server_stop
kamailio_start kamailio-calls.cfg
calls held "Kamailio" -n "${HELD:-2000}" -dial user
server_stop
table
grep "calls held" "$RUN/results"

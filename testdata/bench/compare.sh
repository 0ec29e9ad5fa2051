#!/bin/bash
# Ringfence beside Kamailio, round by round, so that the machine's moods hit
# both alike. See README.md. MODE=reuse, PROTO=tcp, RATE=5000 change the work.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

for tool in kamailio sqlite3; do
  command -v "$tool" >/dev/null || stop "$tool is missing: apt-get install kamailio kamailio-sqlite-modules sqlite3"
done
SCHEMA=/usr/share/kamailio/db_sqlite
[[ -d $SCHEMA ]] || stop "the SQLite module is missing: apt-get install kamailio-sqlite-modules"
work=(-mode "${MODE:-full}" -proto "${PROTO:-udp}" -rate "${RATE:-0}")

# kamailio_users: the same phones in a database for Kamailio.
kamailio_users() {
  {
    cat "$SCHEMA"/standard-create.sql "$SCHEMA"/usrloc-create.sql "$SCHEMA"/htable-create.sql
    echo "BEGIN;"
    while read -r user password _; do
      ha1=$(printf %s "$user:127.0.0.1:$password" | md5sum | cut -c 1-32)
      echo "INSERT INTO htable (key_name, key_value) VALUES ('$user', '$ha1');"
    done <"$RUN/accounts"
    echo "COMMIT; PRAGMA journal_mode = WAL;"
  } | sqlite3 "$RUN/kamailio.db" >/dev/null
}

phones "${PHONES:-1000}"
kamailio_users
for _ in $(seq "$ROUNDS"); do
  ringfence_start
  measure "Ringfence, durable" "${work[@]}"
  server_stop
  ringfence_start --registrations memory
  measure "Ringfence, in memory" "${work[@]}"
  server_stop
  kamailio_start kamailio.cfg
  measure "Kamailio, in memory" "${work[@]}"
  server_stop
  kamailio_start kamailio.cfg -A DURABLE
  measure "Kamailio, write-through to SQLite" "${work[@]}"
  server_stop
done
table

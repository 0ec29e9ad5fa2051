#!/bin/bash
# Very many short calls; fails when one does, or when the server has more of
# anything after them. See README.md. Arguments go to loadgen soak.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

phones 200
ringfence_start
loadgen soak -server "$SIP" -api "http://$API" -accounts "$RUN/accounts" -pid "$SERVER" "$@"

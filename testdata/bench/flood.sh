#!/bin/bash
# Phones refresh while a million messages of strangers arrive. See README.md.
# Arguments go to loadgen flood.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

phones 1000
ringfence_start
loadgen flood -server "$SIP" -accounts "$RUN/accounts" -pid "$SERVER" "$@"

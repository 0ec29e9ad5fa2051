#!/bin/bash
# 20,000 desk phones are switched on within a minute, fetch their configuration and
# register. See README.md. Arguments go to loadgen morning, whose data go with ours.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

TMPDIR=$RUN loadgen morning -server "$RINGFENCE" -cpu 0 -sip "$SIP" -http "$API" -prov "$PROV" "$@"

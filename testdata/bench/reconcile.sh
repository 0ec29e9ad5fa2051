#!/bin/bash
# kill -9 among calls, again and again: every answered call has exactly one
# record, and the right one. See README.md. Arguments go to loadgen reconcile.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

loadgen reconcile -server "$RINGFENCE" -sip "$SIP" -http "$API" -prov "$PROV" -rtp-ports "$RTP" "$@"

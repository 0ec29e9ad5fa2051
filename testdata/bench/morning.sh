#!/bin/bash
# 20,000 desk phones are switched on within a minute and fetch their
# configuration. See README.md. Arguments go to loadgen morning.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

loadgen morning -server "$RINGFENCE" -cpu 0 -sip "$SIP" -http "$API" -prov "$PROV" "$@"

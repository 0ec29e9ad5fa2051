#!/bin/sh
# answer.sh ALGORITHM USERNAME PASSWORD REALM METHOD URI NONCE CALL
#
# Writes the Authorization header that answers a challenge (RFC 7616 section
# 3.4.1, qop=auth, first use of the nonce) into the pipe of the call, from which
# sipp takes it. sipp 3.6 can answer by itself only when there is one challenge
# and its algorithm is MD5: of two it looks at the first, which is SHA-256 here.
case $1 in
  MD5) sum=md5sum ;;
  SHA-256) sum=sha256sum ;;
  *) exit 1 ;;
esac

hash() { printf %s "$1" | $sum | cut -d ' ' -f 1; }

cnonce=0a4f113b
response=$(hash "$(hash "$2:$4:$3"):$7:00000001:$cnonce:auth:$(hash "$5:$6")")

printf 'Authorization: Digest username="%s", realm="%s", nonce="%s", uri="%s", algorithm=%s, response="%s", qop=auth, nc=00000001, cnonce="%s"' \
  "$2" "$4" "$7" "$6" "$1" "$response" "$cnonce" >"answer$8"

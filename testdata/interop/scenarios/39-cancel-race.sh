# CANCEL and 200 cross. On the way to Bent: he has answered when it comes, and is
# hung up; Anna gets 487. On the way from Anna: she has her 200, and the CANCEL
# changes nothing (RFC 3261 9.2). Nothing is left of either, but one record.
source "$(dirname "$0")/../lib.sh"

bent_was_quick() {
  invited; rings
  asked CANCEL
  TAG=';tag=[pid]u[call_number]' replies 200 OK
  SDP=$(audio) says 200 OK
  asked ACK
  let_go
}
gives_up() { SDP=$(audio) dials 201; gets 180; cancels; gets 200 'CSeq: [0-9]+ CANCEL'; refused 487; }

bent_talks() { invited; rings; picks_up; let_go; }
anna_was_late() {
  SDP=$(audio) dials 201; gets 180
  answered_only
  cancels; gets 200 'CSeq: [0-9]+ CANCEL'
  acks
  hangs_up
}

two_phones
pickup bent bent_was_quick "$bent" "$BENT_PORT"
dial anna gives_up 201
sipp_end bent
no_calls
records 1 '[.terminatedReason, .terminatedBy, .sipCode] | join(" ")' "CANCEL A 487"
pickup bent bent_talks "$bent" "$BENT_PORT"
dial anna anna_was_late 201
sipp_end bent
no_calls
records 2 '[.terminatedReason, .terminatedBy, .sipCode] | join(" ")' "CANCEL A 487, HANGUP A 200"

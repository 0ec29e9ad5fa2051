# Bent's phone itself sends the call elsewhere (302): to Carl, who gets it as any
# call that Bent has forwarded; or to a number that nobody has.
source "$(dirname "$0")/../lib.sh"

# moves CONTACT: without the contact that an answer has otherwise.
moves() {
  invited
  SDP= says 302 'Moved Temporarily' "Contact: <$1>" | grep -v '^Contact: <sip:\[field0\]'
  asked ACK
}
to_carl() { moves "sip:202@$DOMAIN"; }
to_nobody() { moves "sip:299@$DOMAIN"; }
carl_talks() { invited '"Anna" <sip:200@'; rings; picks_up; let_go; }
anna_calls() { SDP=$(audio) dials 201; gets 180; answered; hangs_up; }
anna_fails() { SDP=$(audio) dials 201; refused 404; }

two_phones
third_phone
pickup bent to_carl "$bent" "$BENT_PORT"
pickup carl carl_talks "$carl" "$CARL_PORT"
dial anna anna_calls 201
sipp_end bent
sipp_end carl
pickup bent to_nobody "$bent" "$BENT_PORT"
dial anna anna_fails 201
sipp_end bent
records 2 '[.callee.number, .terminatedReason, .callee.divertedBy] | join(" ")' "201 HANGUP 201, 201 NOT_FOUND 201"
no_calls

# Bent's 183 brings early media: Anna gets it with an address of the relay, and is
# told nothing else when it rings afterwards. When he declines, she hears so.
source "$(dirname "$0")/../lib.sh"

RELAY='m=audio 31[0-9][0-9][0-9] RTP/AVP'
answers() { invited; SDP=$(audio) says 183 'Session Progress'; rings; picks_up; let_go; }
says_no() { invited; SDP=$(audio) says 183 'Session Progress'; declines 603 Decline; }
anna_talks() { SDP=$(audio) dials 201; gets 183 "$RELAY"; answered "$RELAY"; hangs_up; }
anna_listens() { SDP=$(audio) dials 201; gets 183 "$RELAY"; refused 603; }

two_phones
pickup bent answers "$bent" "$BENT_PORT"
dial anna anna_talks 201
sipp_end bent
pickup bent says_no "$bent" "$BENT_PORT"
dial anna anna_listens 201
sipp_end bent
records 2 '[.terminatedReason, .sipCode] | join(" ")' "HANGUP 200, BUSY 603"
no_calls

# Two phones of one extension ring. The one that loses is told that the call was
# completed elsewhere (RFC 3326), so that it shows no missed call; when the caller
# gives up, it is not.
source "$(dirname "$0")/../lib.sh"

loses() { invited; rings; given_up 'Reason: SIP *; *cause=200 *; *text="Call completed elsewhere"'; }
misses() { invited; rings; given_up '!cause=200'; }
wins() { invited; rings; pauses 200; picks_up; let_go; }
anna_calls() { SDP=$(audio) dials 201; gets 180; answered; hangs_up; }
gives_up() { SDP=$(audio) dials 201; gets 180; cancels; gets 200; refused 487; }

two_phones
desk=$(new_phone "$(extension_of "$bent")")
desk_port=$(next_port)
register desk_registers "$desk" "$desk_port"
pickup bent loses "$bent" "$BENT_PORT"
pickup desk wins "$desk" "$desk_port"
dial anna anna_calls 201
sipp_end bent
sipp_end desk
pickup bent misses "$bent" "$BENT_PORT"
pickup desk misses "$desk" "$desk_port"
dial anna gives_up 201
sipp_end bent
sipp_end desk
records 2 '[.terminatedReason] + [.legs[].reason] | join(" ")' "HANGUP HANGUP ELSEWHERE HANGUP, CANCEL CANCEL CANCEL CANCEL"
no_calls

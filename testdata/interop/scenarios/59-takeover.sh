# Carl, who controls Anna's and Bent's group, takes over: by an INVITE with Replaces
# (RFC 3891) what rings at Bent's, and then the conversation; Bent takes it back over
# the API. Anna, who controls nobody, may not.
source "$(dirname "$0")/../lib.sh"

agrees() { reinvited 'm=audio 31'; SDP=$(audio sendrecv "$1") picks_up; }
talking() { until_true 10 live_is 'map([.state, (.legs | map(.number) | sort)[]] | join(" ")) | join(", ")' "TALKING $1"; }

# dialog NAME: what NAME was invited to, as Replaces has it: our tag is in its From.
dialog() {
  until_true 5 grep -q '^To:.*tag=' "$OUT/$1/messages"
  tr -d '\r' <"$OUT/$1/messages" | awk '
    /^From:/ && !from {sub(/.*tag=/, ""); from = $0}
    /^To:.*tag=/ && !to {sub(/.*tag=/, ""); to = $0}
    /^Call-ID:/ && !id {id = $2}
    END {print "Replaces: " id ";to-tag=" from ";from-tag=" to}'
}

anna_calls() { SDP=$(audio) dials 201; gets 180; answered; let_go; }
bent_rings() { invited; rings; given_up; }
carl_takes() { SDP=$(audio) dials 201 'Require: replaces' "$REPLACES"; answered; agrees 2; hangs_up "$CUE"; }
anna_is_moved() { SDP=$(audio) dials 201; gets 180; answered; agrees 2; agrees 3; let_go; }
bent_loses() { invited; rings; picks_up; let_go 'Reason:'; }
carl_steals() { SDP=$(audio) dials 201 'Require: replaces' "$REPLACES"; answered; let_go 'Reason:'; }
bent_steals() { invited 'answer-after=0'; picks_up; hangs_up "$CUE"; }
is_refused() { SDP=$(audio) dials 201 "$REPLACES"; refused "$CODE"; }

two_phones
third_phone
api POST /pbx/group "$(jq -cn --arg c "$CUSTOMER" --arg a "$(extension_of "$anna")" --arg b "$(extension_of "$bent")" --arg d "$(extension_of "$carl")" \
  '{customer: $c, name: "Office", members: [$a, $b], controllers: [$d], pickup: true, steal: true}')" >/dev/null

pickup bent bent_rings "$bent" "$BENT_PORT"
sipp_start anna anna_calls "$anna"
until_true 10 live_is 'map(.legs[1].state) | join(" ")' RINGING
REPLACES=$(dialog bent) sipp_start carl carl_takes "$carl"
talking "200 202"
cue carl
sipp_end carl
sipp_end bent
sipp_end anna
no_calls

pickup bent bent_loses "$bent" "$BENT_PORT"
sipp_start anna anna_is_moved "$anna"
talking "200 201"
CODE=403 REPLACES=$(dialog bent) sipp_run stranger is_refused "$(new_phone "$(new_extension 203 Dora)")"
CODE=481 REPLACES="$(dialog bent)x" sipp_run wrong is_refused "$carl"
REPLACES=$(dialog bent) sipp_start carl carl_steals "$carl"
sipp_end bent
talking "200 202"
pickup bent bent_steals "$bent" "$BENT_PORT"
equal steal "$(api GET "/pbx/app/action/steal?device=$(of "$bent" ._id)&target=$(live '.[0]._id')" | jq .success)" true
sipp_end carl
talking "200 201"
cue bent
sipp_end bent
sipp_end anna
no_calls

# The words of ladder.sh for what comes.

# patterns [PATTERN...]: each is looked for in the message.
patterns() {
  local p check
  for p in "$@"; do
    check=check_it
    [[ $p != !* ]] || { check=check_it_inverse p=${p:1}; }
    p=$(sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/"/\&quot;/g' <<<"$p")
    echo "  <ereg regexp=\"$p\" search_in=\"msg\" $check=\"true\" assign_to=\"whole\" />"
  done
}

# caught HEADER VARIABLE: the value of a header field, for later.
caught() { echo "  <ereg regexp=\".*\" search_in=\"hdr\" header=\"$1:\" check_it=\"true\" assign_to=\"$2\" />"; }

# aimed: where the other side wants to be reached.
aimed() { echo '  <ereg regexp="&lt;(sips?:[^&gt;]*)&gt;" search_in="hdr" header="Contact:" check_it="true" assign_to="whole,target" />'; }

# gets CODE [PATTERN...]: an answer.
gets() {
  [[ -z $INVITED ]] || echo '<recv response="100" optional="true" />'
  echo "<recv response=\"$1\"><action>"
  patterns "${@:2}"
  [[ $1 != 18? ]] || { caught To them; aimed; }
  echo '</action></recv>'
}

# gets_reliably CODE [PATTERN...]: a provisional answer that wants a PRACK.
gets_reliably() {
  echo '<recv response="100" optional="true" />'
  echo "<recv response=\"$1\"><action>"
  patterns 'Require: 100rel' "${@:2}"
  caught To them
  caught RSeq rseq
  aimed
  echo '</action></recv>'
}

# answered [PATTERN...]: the 200 to an INVITE, and the ACK to it, with SDP if that
# is wanted.
answered() {
  answered_only "$@"
  acks
}

answered_only() {
  [[ -z $INVITED ]] || echo '<recv response="100" optional="true" />'
  echo '<recv response="200"><action>'
  patterns "$@"
  caught To them
  aimed
  echo '</action></recv>'
}

# invited [PATTERN...]: a call comes in.
invited() {
  US='[$called];tag=[pid]u[call_number]'
  echo '<recv request="INVITE"><action>'
  patterns "$@"
  caught From them
  caught To called
  invitation
}

# reinvited [PATTERN...]: an INVITE within the dialog.
reinvited() {
  echo '<recv request="INVITE"><action>'
  patterns "$@"
  invitation
}

invitation() {
  caught Via via
  caught CSeq cseq
  aimed
  echo '</action></recv>'
}

# asked METHOD [PATTERN...]: a request that is not an INVITE.
asked() {
  echo "<recv request=\"$1\"><action>"
  patterns "${@:2}"
  echo '</action></recv>'
}

# shown [PATTERN...]: what the lamp of who watches shows now.
shown() {
  asked NOTIFY 'Event: dialog' 'Content-Type: application/dialog-info\+xml' "$@"
  SDP= replies 200 OK
}

# let_go [PATTERN...]: the other side hangs up.
let_go() {
  asked BYE "$@"
  SDP= replies 200 OK
}

# given_up [PATTERN...]: the caller cancels.
given_up() {
  asked CANCEL "$@"
  SDP= TAG=';tag=[pid]u[call_number]' replies 200 OK
  declines 487 'Request Terminated'
}

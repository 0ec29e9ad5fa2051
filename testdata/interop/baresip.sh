# Soft phones with a voice: each says a tone of its own, and records what it hears.

# baresip_start NAME PHONE TRANSPORT HERTZ [SERVER]: a phone with a folder of its
# own, controlled at port CTRL_NAME. ENCRYPTED is the way in which its media is, in
# baresip's words; ANSWERS is manual for one that waits to be told to.
baresip_start() {
  local dir=$OUT/$1 port control
  port=$(next_port) control=$(next_port)
  mkdir -p "$dir"
  sox -n -r 8000 -c 1 -b 16 "$dir/says.wav" synth 20 sine "$4" vol 0.5
  cat >"$dir/config" <<EOF
net_interface 127.0.0.1
sip_listen 127.0.0.1:$port
audio_source aufile,$dir/says.wav
audio_player aubridge,nowhere
audio_alert aufile,$dir/alert.wav
audio_buffer 20-160
module_path $(dirname "$(find /usr/lib -name g711.so -path '*baresip*' | head -n 1)")
module g711.so
module srtp.so
module aufile.so
module aubridge.so
module sndfile.so
snd_path $dir
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:$control
EOF
  echo "<sip:$(of "$2" .username)@$DOMAIN;transport=$3>;auth_user=$(of "$2" .username);auth_pass=$(of "$2" .password);outbound=\"sip:${5:-$SIP};transport=$3\";regint=120;answermode=${ANSWERS:-auto};audio_codecs=PCMA${ENCRYPTED:+;mediaenc=$ENCRYPTED}" >"$dir/accounts"
  touch "$dir/contacts"
  baresip -4 -s -f "$dir" </dev/null >"$dir/log" 2>&1 &
  eval "BARESIP_$1=$! CTRL_$1=$control"
}

# tell NAME COMMAND [PARAMETER]: a command for ctrl_tcp, which reads netstrings.
tell() {
  local json port=CTRL_$1
  json=$(jq -cn --arg c "$2" --arg p "${3:-}" '{command: $c, params: $p}')
  printf '%d:%s,' ${#json} "$json" >"/dev/tcp/127.0.0.1/${!port}"
}

# baresip_end NAME...
baresip_end() {
  local name pid
  for name in "$@"; do
    pid=BARESIP_$name
    kill "${!pid}" && wait "${!pid}" || true
  done
}

# sound NAME: the size of what the phone has heard.
sound() { cat "$OUT/$1"/dump-*-dec.wav 2>/dev/null | wc -c; }

# talked NAME [SIZE]: three seconds of sound have come, after a former size if one
# is given (8000 samples of 2 bytes each).
talked() { (($(sound "$1") > ${2:-0} + 48000)); }

# strength NAME HERTZ TRIM...: the RMS level around that frequency of what the phone
# heard, there.
strength() {
  sox "$OUT/$1"/dump-*-dec.wav -n trim "${@:3}" sinc "$(($2 - 40))-$(($2 + 40))" stat 2>&1 | awk '/^RMS.*amplitude/ {print $3}'
}

# heard NAME HERTZ NOT-HERTZ [TRIM...]: the one tone and not the other, a second
# after the beginning or as sox's trim has it.
heard() {
  local tone other at=("${@:4}")
  ((${#at[@]})) || at=(1 1.5)
  tone=$(strength "$1" "$2" "${at[@]}") other=$(strength "$1" "$3" "${at[@]}")
  awk -v tone="$tone" -v other="$other" 'BEGIN {exit !(tone > 0.1 && other < tone / 20)}' ||
    fail "$1 heard $2 Hz at $tone and $3 Hz at $other (${at[*]})"
  echo "$1 heard $2 Hz at $tone, $3 Hz at $other (${at[*]})"
}

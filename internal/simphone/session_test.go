package simphone

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

// deaf is audio without a socket, for what is only written.
func deaf() *audio {
	return &audio{addr: netip.MustParseAddrPort("127.0.0.1:4000"), ssrc: 7}
}

func lines(ls ...string) string { return strings.Join(ls, "\r\n") + "\r\n" }

func TestOffer(t *testing.T) {
	a := deaf()
	a.offer()
	want := lines("v=0", "o=- 7 2 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0",
		"m=audio 4000 RTP/AVP 8 0 101", "a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000",
		"a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20", "a=sendrecv")
	if got := string(a.offer()); got != want {
		t.Errorf("second offer is\n%s\nwant\n%s", got, want)
	}
}

func TestAnswer(t *testing.T) {
	head := lines("v=0", "o=- 1 1 IN IP4 127.0.0.9", "s=-", "c=IN IP4 127.0.0.9", "t=0 0")
	audio := func(port string, code, name, direction string) string {
		return lines("m=audio "+port+" RTP/AVP "+code+" 101", "a=rtpmap:"+code+" "+name+"/8000",
			"a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20", "a="+direction)
	}
	far := netip.MustParseAddrPort("127.0.0.9:5000")
	tests := []struct {
		name, offer, want string
		peer              peer
	}{
		{"the first codec of the offer that we speak",
			head + lines("m=audio 5000 RTP/AVP 9 0 8", "a=rtpmap:9 G722/8000"),
			audio("4000", "0", "PCMU", "sendrecv"), peer{far, pcmu}},
		{"put on hold", head + lines("m=audio 5000 RTP/AVP 8", "a=sendonly"),
			audio("4000", "8", "PCMA", "recvonly"), peer{codec: pcma}},
		{"put on hold in the old way",
			strings.Replace(head, "c=IN IP4 127.0.0.9", "c=IN IP4 0.0.0.0", 1) +
				lines("m=audio 5000 RTP/AVP 8"),
			audio("4000", "8", "PCMA", "inactive"), peer{codec: pcma}},
		{"a peer that only listens", head + lines("m=audio 5000 RTP/AVP 8", "a=recvonly"),
			audio("4000", "8", "PCMA", "sendonly"), peer{far, pcma}},
		{"video and a second audio are refused in their places",
			head + lines("m=video 5002 RTP/AVP 96", "m=audio 5000 RTP/AVP 8", "m=audio 5004 RTP/AVP 0"),
			lines("m=video 0 RTP/AVP 96") + audio("4000", "8", "PCMA", "sendrecv") +
				lines("m=audio 0 RTP/AVP 0"), peer{far, pcma}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := deaf()
			body, err := a.respond([]byte(tt.offer))
			if err != nil {
				t.Fatal(err)
			}
			if _, got, _ := strings.Cut(string(body), "t=0 0\r\n"); got != tt.want {
				t.Errorf("answer is\n%s\nwant\n%s", got, tt.want)
			}
			if a.peer != tt.peer {
				t.Errorf("peer is %v, want %v", a.peer, tt.peer)
			}
		})
	}
}

func TestNoAudio(t *testing.T) {
	head := lines("v=0", "o=- 1 1 IN IP4 127.0.0.9", "s=-", "c=IN IP4 127.0.0.9", "t=0 0")
	tests := []struct{ name, sdp string }{
		{"an answer that is not there", ""},
		{"a codec that we do not speak", head + lines("m=audio 5000 RTP/AVP 9")},
		{"a refused stream", head + lines("m=audio 0 RTP/AVP 8")},
		{"encrypted audio", head + lines("m=audio 5000 RTP/SAVP 8")},
		{"video alone", head + lines("m=video 5000 RTP/AVP 96")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := deaf()
			if err := a.accept([]byte(tt.sdp)); !errors.Is(err, ErrNoAudio) {
				t.Errorf("error is %v, want ErrNoAudio", err)
			}
			if a.peer != (peer{}) {
				t.Errorf("peer is %v, want none", a.peer)
			}
		})
	}
}

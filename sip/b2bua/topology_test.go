package b2bua

import (
	"strings"
	"testing"
)

// Neither end learns where the other is, what it is, or what its dialog is called:
// not in one message of a call with early media, hold, keys and goodbye.
func TestNothingOfEitherEndReachesTheOther(t *testing.T) {
	for name, c := range map[string]struct{ a, b, ladder string }{
		"from phone to phone": {"alice", "bob", `
			alice > INVITE 102
			bob   < INVITE "Alice" 101 sendrecv
			bob   > 183 sendrecv
			alice < 183 sendrecv
			bob   > 200 sendrecv
			bob   < ACK
			alice < 200 sendrecv
			alice > ACK
			alice > INVITE sendonly
			bob   < INVITE sendonly
			bob   > 200 recvonly
			bob   < ACK
			alice < 200 recvonly
			alice > ACK
			alice > INFO 5
			alice < 200 INFO
			bob   < INFO Signal=5
			bob   > UPDATE sendrecv
			alice < INVITE sendrecv
			alice > 200 sendrecv
			alice < ACK
			bob   < 200 UPDATE sendrecv
			bob   > BYE
			bob   < 200 BYE
			alice < BYE`},
		"out over a trunk": {"alice", "trunk", `
			alice > INVITE 070305052
			trunk < INVITE "Alice" +4511111101 sendrecv
			trunk > 407
			trunk < INVITE "Alice" +4511111101 sendrecv
			trunk > 183 sendrecv
			alice < 183 sendrecv
			trunk > 200 sendrecv
			trunk < ACK
			alice < 200 sendrecv
			alice > ACK
			trunk > BYE
			trunk < 200 BYE
			alice < BYE`},
		"refused": {"alice", "bob", `
			alice > INVITE 102
			bob   < INVITE "Alice" 101 sendrecv
			bob   > 486
			alice < 486`},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, settings{})
			w.lines(c.ladder)
			w.finish()
			w.secretive(w.handsets[c.a], w.handsets[c.b])
			w.secretive(w.handsets[c.b], w.handsets[c.a])
		})
	}
}

// secretive looks for what is h's in all that the other got.
func (w *world) secretive(h, other *handset) {
	secrets := []string{h.at.String(), h.rtp.LocalAddr().String(), h.Username, "secret-of-" + h.name, "call-of-" + h.name, "tag-of-" + h.name, "o=" + h.name}
	if d := h.dialog; d != nil {
		secrets = append(secrets, d.CallID, d.LocalTag, d.RemoteTag)
	}
	for _, text := range other.raw {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				w.t.Errorf("%s gets %q of %s in\n%s", other.name, secret, h.name, text)
			}
		}
	}
}

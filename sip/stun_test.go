package sip

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pion/stun/v3"
)

var stunID = stun.NewTransactionIDSetter([12]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})

func stunText(s ...stun.Setter) string {
	return string(stun.MustBuild(append([]stun.Setter{stunID}, s...)...).Raw)
}

func TestSTUNTellsTheAddress(t *testing.T) {
	for _, c := range []struct{ name, bind, to string }{
		{"IPv4", "127.0.0.1:0", "127.0.0.1"},
		{"IPv6", "[::1]:0", "::1"},
		{"IPv4, all addresses", "0.0.0.0:0", "127.0.0.2"},
		{"IPv6, all addresses", "[::]:0", "::1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, at := listening(t, Config{Readers: 2}, "udp", c.bind)
			// A connected socket hears only what comes from that very address.
			peer := dial(t, "udp", netip.AddrPortFrom(netip.MustParseAddr(c.to), at.Port()))
			write(t, peer, stunText(stun.BindingRequest))
			b := make([]byte, 1500)
			n, err := peer.Read(b)
			if err != nil {
				t.Fatal(err)
			}
			answer := &stun.Message{Raw: b[:n]}
			var seen stun.XORMappedAddress
			if err := answer.Decode(); err != nil {
				t.Fatal(err)
			}
			if err := seen.GetFrom(answer); err != nil || answer.Type != stun.BindingSuccess {
				t.Errorf("%s, %v", answer, err)
			}
			same(t, "address", seen.String(), peer.LocalAddr().String())
			until(t, "counting", func() bool { got := s.Stats(); return got.In == 1 && got.Out == 1 })
		})
	}
}

func TestSTUNReplies(t *testing.T) {
	f := Flow{Remote: netip.MustParseAddrPort("192.0.2.1:32853")}
	mapped := &stun.XORMappedAddress{IP: net.IPv4(192, 0, 2, 1).To4(), Port: 32853}
	good := stunText(stun.BindingRequest)
	changeRequest := stun.RawAttribute{Type: 3, Value: []byte{0, 0, 0, 6}}
	for _, c := range []struct{ name, request, want string }{
		{"a request", good, stunText(stun.BindingSuccess, mapped)},
		{"what may be passed over", stunText(stun.BindingRequest, stun.NewSoftware("phone")), stunText(stun.BindingSuccess, mapped)},
		{"credentials", stunText(stun.BindingRequest, stun.NewUsername("al"), stun.NewShortTermIntegrity("x")), stunText(stun.BindingSuccess, mapped)},
		{"a fingerprint", stunText(stun.BindingRequest, stun.Fingerprint), stunText(stun.BindingSuccess, mapped, stun.Fingerprint)},
		{"a wrong fingerprint", stunText(stun.BindingRequest, stun.RawAttribute{Type: stun.AttrFingerprint, Value: []byte("none")}), ""},
		{"a fingerprint in the middle", stunText(stun.BindingRequest, stun.Fingerprint, stun.NewSoftware("phone")), ""},
		{
			"an attribute that must be understood, twice", stunText(stun.BindingRequest, changeRequest, changeRequest),
			stunText(stun.BindingError, stun.CodeUnknownAttribute, stun.UnknownAttributes{3}),
		},
		{"an indication", stunText(stun.NewType(stun.MethodBinding, stun.ClassIndication)), ""},
		{"an answer", stunText(stun.BindingSuccess, mapped), ""},
		{"another method", stunText(stun.NewType(stun.MethodAllocate, stun.ClassRequest)), ""},
		{"more than its length", good + "more", ""},
		{"less than its length", stunText(stun.BindingRequest, stun.NewSoftware("phone"))[:24], ""},
		{"a length that is no multiple of four", good[:3] + "\x01" + good[4:] + "x", ""},
		{"very much", stunText(stun.BindingRequest, stun.RawAttribute{Type: stun.AttrData, Value: make([]byte, maxSTUN)}), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !isSTUN([]byte(c.request)) {
				t.Fatal("not taken for STUN")
			}
			var d stunDesk
			d.reply([]byte(stunText(stun.BindingRequest, stun.NewSoftware("the one before"), stun.Fingerprint)), f)
			if got := string(d.reply([]byte(c.request), f)); got != c.want {
				t.Errorf("got %x, want %x", got, c.want)
			}
		})
	}
}

func TestSTUNAndSIPAreToldApart(t *testing.T) {
	good := stunText(stun.BindingRequest)
	for _, text := range []string{lines(optionsText), "", "\r\n", good[:19], good[:4] + "sips" + good[8:], "\x04" + good[1:]} {
		if isSTUN([]byte(text)) {
			t.Errorf("taken for STUN: %q", text)
		}
	}
	s, at := listening(t, Config{}, "udp", "127.0.0.1:0")
	c := dial(t, "udp", at)
	write(t, c, good[:19])      // SIP, and broken
	write(t, c, good+"rubbish") // STUN, and broken
	ask(t, c, lines(optionsText))
	if got := s.Stats(); got.Drops["broken"] != 1 || got.Drops["stun"] != 1 || got.In != 2 {
		t.Errorf("%+v", got)
	}
}

// Whatever comes, the answer is for who asked, and not much more than was asked.
func FuzzSTUN(f *testing.F) {
	f.Add([]byte(stunText(stun.BindingRequest)))
	f.Add([]byte(stunText(stun.BindingRequest, stun.NewUsername("al"), stun.Fingerprint)))
	f.Add([]byte(stunText(stun.BindingRequest, stun.RawAttribute{Type: 3, Value: []byte("ab")})))
	f.Add([]byte(stunText(stun.BindingError, stun.CodeUnknownAttribute, stun.UnknownAttributes{3, 5})))
	f.Add([]byte(strings.Repeat("\x00\x01\x00\x00\x21\x12\xa4\x42", 4)))
	flow := Flow{Remote: netip.MustParseAddrPort("[2001:db8::1]:5060")}
	var d stunDesk
	f.Fuzz(func(t *testing.T, data []byte) {
		if !isSTUN(data) {
			return
		}
		before := slices.Clone(data)
		answer := d.reply(data, flow)
		if !slices.Equal(data, before) {
			t.Error("the request was changed")
		}
		if answer == nil {
			return
		}
		if len(answer) > len(data)+64 {
			t.Errorf("%d bytes for %d", len(answer), len(data))
		}
		m := &stun.Message{Raw: slices.Clone(answer)}
		if err := m.Decode(); err != nil || [12]byte(data[8:20]) != m.TransactionID {
			t.Errorf("answer %x: %v", answer, err)
		}
		if m.Type != stun.BindingSuccess && m.Type != stun.BindingError {
			t.Errorf("answer is a %s", m.Type)
		}
	})
}

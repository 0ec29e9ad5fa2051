package door

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/policy"
	"ringfence/sip"
	"ringfence/sip/digest"
)

// crowd is a house with many phones, as a server sees them.
func crowd(b *testing.B, phones int) *house {
	h := newHouse()
	for i := range phones {
		p := desk("secret", phone.Fence{Mode: phone.Locked, Address: "192.0.2.1"})
		p.ID, p.Username = phone.ID(fmt.Sprintf("%024x", i)), fmt.Sprintf("%032d", i)
		h.Book.PutPhone(p)
	}
	h.Door = New(Config{
		Book: h.Book, Nonces: digest.NewNonces([32]byte{1}, 5*time.Minute, time.Now),
		Gate: policy.NewGate(policy.GateConfig{
			Country: func(netip.Addr) string { return "" }, Active: func(phone.ID) bool { return true }, Locker: h, Now: time.Now,
		}),
	})
	b.ReportAllocs()
	return h
}

// signed is a REGISTER of one of the crowd.
func signed(b *testing.B, h *house, i int, a digest.Algorithm, nc uint32) *sip.Outline {
	user := fmt.Sprintf("%032d", i)
	ch := digest.Challenge{Realm: realm, Nonce: h.Nonces.Issue(home.Remote.Addr()), Algorithm: string(a), QOP: "auth"}
	value, err := digest.Answer(ch, user, "secret", "REGISTER", "sip:"+realm, "0123456789abcdef", nc)
	if err != nil {
		b.Fatal(err)
	}
	return &sip.Outline{
		Method: sip.REGISTER, Text: "sip:" + realm, URI: sip.URIParts{Scheme: "sip", Host: realm},
		Via: sip.TopVia{Host: "192.0.2.1", Port: 5060, Branch: "z9hG4bK0123456789"}, Vias: []string{"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK0123456789"},
		CallID: user + "@192.0.2.1", CSeq: 7, MaxForwards: 70, Expires: "3600", UserAgent: "snomD785/10.1.54.13",
		From:     sip.Party{Value: "<sip:" + user + "@" + realm + ">;tag=0123456789", URI: sip.URIParts{Scheme: "sip", User: user, Host: realm}, Tag: "0123456789"},
		To:       sip.Party{Value: "<sip:" + user + "@" + realm + ">", URI: sip.URIParts{Scheme: "sip", User: user, Host: realm}},
		Contacts: []string{"<sip:" + user + "@192.0.2.1:5060;line=abcdef>"}, Authorization: []string{value},
	}
}

func BenchmarkAuthenticate(b *testing.B) {
	const phones = 1000
	for _, a := range []digest.Algorithm{digest.SHA256, digest.MD5} {
		b.Run(string(a), func(b *testing.B) {
			h := crowd(b, phones)
			var all [phones]*sip.Outline
			for i := range all {
				all[i] = signed(b, h, i, a, 1)
			}
			i := 0
			for b.Loop() { // a retransmission each, after the first round
				if _, r := h.Authenticate(all[i%phones], home); r != Proven {
					b.Fatal(r)
				}
				i++
			}
		})
	}
}

func BenchmarkGlance(b *testing.B) {
	h := crowd(b, 1)
	who, _ := h.Authenticate(signed(b, h, 0, digest.MD5, 1), home)
	for b.Loop() {
		if r, decided := h.Glance(who, home, phone.ViaRegister); r != Proven || !decided {
			b.Fatal(r)
		}
	}
}

func BenchmarkChallenge(b *testing.B) {
	h := crowd(b, 1)
	o := signed(b, h, 0, digest.MD5, 1)
	o.Authorization = nil
	room := make([]byte, 0, 2048)
	for b.Loop() {
		_, r := h.Authenticate(o, home)
		h.appendAnswer(room, o, home, r)
	}
}

func BenchmarkWrongPassword(b *testing.B) {
	h := crowd(b, 1)
	o := signed(b, h, 0, digest.SHA256, 1)
	h.Book.DropPhone(phone.ID(fmt.Sprintf("%024x", 0)))
	room := make([]byte, 0, 2048)
	for b.Loop() {
		_, r := h.Authenticate(o, home)
		h.appendAnswer(room, o, home, r)
	}
}

package b2bua

import (
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
)

// moves lets a phone go on from another port, where it has registered anew.
func (w *world) moves(name, network string, server netip.AddrPort) {
	old := w.handsets[name]
	h := newHandset(w.t, old.Phone, name, network, server)
	old.close()
	h.mu.Lock()
	h.dialog, h.asked = old.dialog, old.asked
	h.mu.Unlock()
	for late := time.Now().Add(patience); w.stack.Stats().Connections > 0 && time.Now().Before(late); {
		runtime.Gosched() // until the server has seen that
	}
	w.addHandset(h)
	f, err := h.stack.Flow(network, h.at, server)
	if err != nil {
		w.t.Fatal(err)
	}
	for late := time.Now().Add(patience); network == "tcp" && w.stack.Stats().Connections == 0 && time.Now().Before(late); {
		runtime.Gosched()
	}
	w.registerFrom(h, f.Local)
}

func TestPhoneThatHasMovedHearsOfItsCall(t *testing.T) {
	for _, c := range []struct{ name, network, who, other string }{
		{"the caller, behind another port of its NAT", "udp", "alice", "bob"},
		{"the callee, behind another port of its NAT", "udp", "bob", "alice"},
		{"the caller, on another connection", "tcp", "alice", "bob"},
		{"the callee, on another connection", "tcp", "bob", "alice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, settings{})
			server, err := w.stack.Listen(c.network, "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			w.moves(c.who, c.network, server)
			w.lines(answered)
			w.moves(c.who, c.network, server)
			for _, line := range []string{
				"OTHER > INVITE sendonly", "WHO < INVITE sendonly", "WHO > 200 recvonly", "WHO < ACK",
				"OTHER < 200 recvonly", "OTHER > ACK", "OTHER > BYE", "OTHER < 200 BYE", "WHO < BYE",
			} {
				w.lines(strings.NewReplacer("OTHER", c.other, "WHO", c.who).Replace(line))
			}
			w.finish()
		})
	}
}

// Another phone with the same account, at the same address, is not the one in the call.
func TestPhoneThatHasUnregisteredIsNotAnother(t *testing.T) {
	w := newWorld(t, settings{})
	bob, desk := w.handsets["bob"], w.handsets["desk"]
	w.lines(answered)
	w.mu.Lock()
	w.online[bob.ID] = []phone.Binding{
		{Contact: "sip:x@127.0.0.1:9", Transport: "udp", Local: w.at, Target: desk.at},
		{Contact: "sip:x@127.0.0.1:10", Transport: "udp", Local: w.at, Target: desk.at},
	}
	w.mu.Unlock()
	w.lines(over)
	w.finish()
}

package b2bua

import (
	"context"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/policy"
	"ringfence/sip/digest"
	"ringfence/sip/door"
)

// noLocker is for phones that are locked already.
type noLocker struct{}

func (noLocker) Lock(context.Context, phone.ID, netip.Addr) (phone.Fence, bool, error) {
	panic("nobody is to be locked")
}

// realDoor has digest and gate as in the server.
func realDoor(rejected func(phone.Rejection)) func(*phone.Book) Door {
	return func(book *phone.Book) Door {
		return door.New(door.Config{
			Book: book, Nonces: digest.NewNonces([32]byte{1}, time.Minute, time.Now),
			Gate: policy.NewGate(policy.GateConfig{
				Country: func(netip.Addr) string { return "" }, Active: book.Active, Locker: noLocker{}, Now: time.Now,
				Rejected: func(_ phone.Identity, r phone.Rejection) { rejected(r) },
				Locked:   func(phone.Identity, netip.Addr, phone.Via) {},
			}),
			Log: slog.New(slog.DiscardHandler),
		})
	}
}

func TestCallThroughTheRealDoor(t *testing.T) {
	rejections := make(chan phone.Rejection, 1)
	w := newWorld(t, settings{door: realDoor(func(r phone.Rejection) { rejections <- r })})
	alice := w.handsets["alice"]
	fence := func(address string) {
		p := alice.Clone()
		p.IP = phone.Fence{Mode: phone.Locked, Address: address}
		w.book.PutPhone(p)
	}
	fence("192.0.2.1")
	w.lines(`
		alice > INVITE 102
		alice < 401
		alice > INVITE 102 signed
		alice < 403`)
	if r := <-rejections; r.Via != phone.ViaCall || r.Address != netip.MustParseAddr("127.0.0.1") {
		t.Errorf("rejected %+v", r)
	}
	fence("127.0.0.1") // it holds for the very next call
	w.lines(`
		alice > INVITE 102
		alice < 401
		alice > INVITE 102 signed
		bob   < INVITE "Alice" 101 sendrecv
		bob   > 200 sendrecv
		bob   < ACK
		alice < 200 sendrecv
		alice > ACK
		alice ~ bob` + over)
	w.finish()
	want := "101 Alice -> 102 Bob (bob): HANGUP by A, 200\n101 Alice -> 102 Bob: BLOCKED by S, 403\n"
	if got := w.records(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

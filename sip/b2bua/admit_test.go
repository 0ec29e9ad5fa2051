package b2bua

import (
	"context"
	"errors"
	"testing"

	"ringfence/phone"
	"ringfence/sip"
)

// slowDoor tells when it is asked, and waits to judge.
type slowDoor struct {
	fakeDoor
	asked, judge chan struct{}
}

func (d *slowDoor) AdmitRequest(context.Context, *sip.Request, *phone.Account, sip.Flow, phone.Via) *sip.Response {
	close(d.asked)
	<-d.judge
	return nil
}

// While the fence of the caller is not judged nobody can pick up its call.
func TestPickupOfACallThatIsNotAdmitted(t *testing.T) {
	d := &slowDoor{asked: make(chan struct{}), judge: make(chan struct{})}
	w := newWorld(t, settings{door: func(b *phone.Book) Door {
		d.book = b
		return d
	}})
	w.register(w.handsets["carol"])
	alice := w.handsets["alice"].Clone()
	alice.IP = phone.Fence{Mode: phone.Open} // it is to be locked, which takes a while
	w.book.PutPhone(alice)
	w.lines("alice > INVITE 102")
	<-d.asked
	err := w.sw.Pickup(t.Context(), w.handsets["carol"].ID, w.sw.running()[0].id)
	if fault := new(phone.Error); !errors.As(err, &fault) {
		t.Errorf("picked up: %v", err)
	}
	close(d.judge)
	w.lines(`
		bob   < INVITE "Alice" 101 sendrecv
		bob   > 486
		alice < 486`)
	w.finish()
}

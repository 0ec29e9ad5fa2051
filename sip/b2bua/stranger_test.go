package b2bua

import (
	"context"
	"testing"

	"ringfence/phone"
	"ringfence/sip"
)

// Tags can be overheard. Who knows them all, but sends from another address than
// the end that they belong to, is nobody.
func TestDialogFromAnotherAddress(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(answered)
	stranger := sip.New(sip.Config{Workers: 1})
	at, err := stranger.Listen("udp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	f, err := stranger.Flow("udp", at, w.at)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"alice", "bob"} {
		dialog := *w.handsets[name].dialog
		for _, method := range []sip.RequestMethod{sip.UPDATE, sip.INVITE, sip.BYE} {
			tx, err := stranger.NewClientTx(dialog.NewRequest(method), f)
			if err != nil {
				t.Fatal(err)
			}
			if res := <-tx.Responses(); res.StatusCode != 481 {
				t.Errorf("%s in the name of %s: %s", method, name, res.Short())
			}
		}
	}
	if err := stranger.Close(context.Background()); err != nil {
		t.Error(err)
	}
	w.lines("alice ~ bob" + over)
	w.finish()
}

func TestPhoneThatIsDeletedWhileItRingsMayNotAnswer(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(`
		alice > INVITE 102
		bob   < INVITE "Alice" 101 sendrecv`)
	w.book.DropPhone(w.handsets["bob"].ID)
	w.lines(`
		bob   > 200 sendrecv
		bob   < ACK
		bob   < BYE "Temporarily Unavailable"
		alice < 480`)
	w.finish()
}

// hastyDoor changes the password of a phone as soon as it has proven the old
// one.
type hastyDoor struct {
	Door
	book *phone.Book
}

func (d hastyDoor) AuthenticateRequest(req *sip.Request, f sip.Flow) (*phone.Account, *sip.Response) {
	a, res := d.Door.AuthenticateRequest(req, f)
	if a != nil {
		p := a.Phone.Clone()
		p.Password = "another"
		d.book.PutPhone(p)
	}
	return a, res
}

func TestPasswordThatChangesAfterItWasProvenIsTheOldOne(t *testing.T) {
	real := realDoor(func(phone.Rejection) {})
	w := newWorld(t, settings{door: func(b *phone.Book) Door { return hastyDoor{real(b), b} }})
	p := w.handsets["alice"].Clone()
	p.IP = phone.Fence{Mode: phone.Locked, Address: "127.0.0.1"}
	w.book.PutPhone(p)
	w.lines(`
		alice > INVITE 102
		alice < 401
		alice > INVITE 102 signed
		alice < 403`)
	w.finish()
}

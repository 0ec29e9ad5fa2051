package redirect_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringfence/phone"
	"ringfence/redirect"
)

func kind(k redirect.Kind) error { return &redirect.Error{Kind: k} }

const registered = "registered at snom"

// play plays in a bubble of time.
func play(t *testing.T, f func(w *world)) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{TB: t, dir: t.TempDir(), snom: &maker{begin: time.Now(), devices: map[phone.MAC]string{}}, urls: map[phone.MAC]string{}}
		w.open(true)
		w.populate()
		f(w)
		w.close()
		for _, secret := range []string{"token", "https:"} {
			if strings.Contains(w.log.String(), secret) {
				t.Errorf("the log tells %q: %s", secret, w.log.String())
			}
		}
	})
}

// soon lets what is due happen.
func (w *world) soon() { time.Sleep(5 * time.Second) }

func TestTheLifeOfAPhone(t *testing.T) {
	play(t, func(w *world) {
		p := w.add(desk, snomD865, 0)
		w.soon()
		w.asked("register " + string(desk))
		w.is(p, registered)
		w.heard("phone.redirected snom")
		if url := w.snom.knows()[desk]; url != "https://prov.example/token-of-000413000001/000413000001.xml" {
			t.Errorf("sent to %s", url)
		}

		p = w.edit(p, func(p *phone.Phone) { p.MAC = other })
		w.soon()
		w.asked("take away "+string(desk), "register "+string(other))
		w.is(p, registered)
		w.heard("phone.redirected snom")

		p = w.edit(p, func(p *phone.Phone) { p.Serial = "S7" })
		w.soon()
		w.asked("register S7 " + string(other))
		w.heard("phone.redirected snom")

		p = w.edit(p, func(p *phone.Phone) { p.Model = mitel })
		w.soon()
		w.asked("take away " + string(other))
		w.is(p, "manual at mitel")

		p = w.edit(p, func(p *phone.Phone) { p.Model = snomD865 })
		w.soon()
		w.remove(p)
		w.soon()
		w.asked("register S7 "+string(other), "take away "+string(other))
		if len(w.snom.knows()) > 0 {
			t.Errorf("left there: %v", w.snom.knows())
		}
		w.heard("phone.redirected snom")
	})
}

func TestHandsetsOfABaseAreOneDevice(t *testing.T) {
	play(t, func(w *world) {
		w.close()
		w.open(false)
		one, two := w.add(desk, base, 0), w.add(desk, base, 1)
		w.close()
		w.open(true)
		w.soon()
		w.asked("register " + string(desk))
		w.is(one, registered)
		w.is(two, registered)
		w.heard("phone.redirected snom", "phone.redirected snom")
		w.remove(one)
		w.soon()
		w.asked()
		w.remove(two)
		w.soon()
		w.asked("take away " + string(desk))
	})
}

func TestWhoIsNotRedirectedByUs(t *testing.T) {
	play(t, func(w *world) {
		w.is(w.add(desk, mitel, 0), "manual at mitel")
		w.is(w.add(other, plain, 0), "nothing")
		w.is(w.add("", snomD865, 0), "nothing")
		w.soon()
		w.asked()
	})
}

func TestAServiceThatFails(t *testing.T) {
	play(t, func(w *world) {
		w.snom.become(&redirect.Error{Kind: redirect.Temporary, Text: "answered 503"})
		p := w.add(desk, snomD865, 0)
		w.soon()
		w.is(p, "pending at snom: answered 503")
		w.heard()
		time.Sleep(30 * time.Hour)
		if n := len(w.snom.told()); n != 9 {
			t.Errorf("%d attempts", n)
		}
		w.is(p, "failed at snom: answered 503")
		w.heard("phone.redirectfailed snom: answered 503")
		w.snom.become(nil)
		time.Sleep(27 * time.Hour)
		w.is(p, registered)
		w.heard("phone.redirected snom")
	})
}

// A service that fails whatever it is asked is not asked for each of a thousand
// phones.
func TestAServiceThatFailsRests(t *testing.T) {
	for _, k := range []redirect.Kind{redirect.Temporary, redirect.Credentials} {
		play(t, func(w *world) {
			w.snom.become(kind(k))
			for i := range 100 {
				w.add(phone.MAC(fmt.Sprintf("0004130001%02X", i)), snomD865, 0)
			}
			time.Sleep(10 * time.Minute)
			if n := len(w.snom.told()); n > 9 {
				t.Errorf("%d calls in ten minutes", n)
			}
			w.snom.become(nil)
			time.Sleep(20 * time.Minute)
			if n := len(w.snom.knows()); n != 100 {
				t.Errorf("%d devices came through", n)
			}
			w.close() // the log is whole
			for _, said := range []string{`level=WARN msg="redirection service fails" service=snom reason=`, `level=INFO msg="redirection service answers again" service=snom`} {
				if n := strings.Count(w.log.String(), said); n != 1 {
					t.Errorf("%d times %s", n, said)
				}
			}
			w.open(true)
		})
	}
}

func TestARefusal(t *testing.T) {
	for k, text := range map[redirect.Kind]string{
		redirect.Owned:       "registered elsewhere: the device belongs to somebody else",
		redirect.Unknown:     "the service does not know the MAC address",
		redirect.Malformed:   "the service finds the MAC address, the serial or the URL malformed",
		redirect.Credentials: "the service refuses our credentials",
	} {
		play(t, func(w *world) {
			w.snom.become(kind(k))
			p := w.add(desk, snomD865, 0)
			w.soon()
			w.is(p, "failed at snom: "+text)
			w.heard("phone.redirectfailed snom: " + text)
			if k == redirect.Credentials {
				return
			}
			time.Sleep(20 * time.Hour)
			fine := w.add(other, snomD865, 0) // the others do not wait
			w.soon()
			w.asked("register "+string(desk), "register "+string(other))
			w.is(fine, "failed at snom: "+text)
			w.snom.become(nil)
			time.Sleep(7 * time.Hour)
			w.is(p, registered) // it is asked every day
		})
	}
}

func TestSomebodyTriesAgain(t *testing.T) {
	play(t, func(w *world) {
		w.snom.become(kind(redirect.Temporary))
		p := w.add(desk, snomD865, 0)
		time.Sleep(2 * time.Hour)
		w.snom.become(nil)
		w.snom.told()
		if err := w.Retry(w.Context(), p); err != nil {
			t.Fatal(err)
		}
		w.soon()
		w.asked("register " + string(desk))
		w.is(p, registered)
		if err := w.Retry(w.Context(), p); err != nil {
			t.Fatal(err)
		}
		w.soon()
		w.asked("register " + string(desk)) // also what is registered
		for _, q := range []*phone.Phone{w.add(other, mitel, 0), w.add("", snomD865, 0)} {
			var e *phone.Error
			if err := w.Retry(w.Context(), q); !errors.As(err, &e) || e.Kind != phone.Conflict || e.Key != "redirect" {
				t.Errorf("%v", err)
			}
		}
	})
}

func TestWithoutAURL(t *testing.T) {
	play(t, func(w *world) {
		w.belongsTo(desk, "")
		p := w.add(desk, snomD865, 0)
		w.soon()
		w.asked()
		w.is(p, "failed at snom: no --prov-url")
		w.close()
		w.belongsTo(desk, "https://prov.example/token/")
		w.open(true)
		w.soon()
		w.is(p, registered) // a restart is an occasion
	})
}

func TestChecksOfADay(t *testing.T) {
	play(t, func(w *world) {
		p := w.add(desk, snomD865, 0)
		w.soon()
		w.snom.told()
		w.heard("phone.redirected snom")
		time.Sleep(27 * time.Hour)
		w.asked("check " + string(desk))
		w.heard()

		w.snom.put(desk, "https://competitor.example/")
		time.Sleep(27 * time.Hour)
		w.asked("check "+string(desk), "register "+string(desk))
		w.is(p, registered)
		w.heard("phone.redirected snom")

		w.snom.put(desk, "")
		time.Sleep(27 * time.Hour)
		w.asked("check "+string(desk), "register "+string(desk))

		w.belongsTo(desk, "https://prov.example/another-token/")
		time.Sleep(27 * time.Hour)
		w.asked("check "+string(desk), "register "+string(desk))
		w.heard("phone.redirected snom", "phone.redirected snom")

		w.snom.become(kind(redirect.Temporary)) // a check that has no answer says nothing
		time.Sleep(30 * time.Hour)
		w.is(p, "registered at snom: the service fails")
		w.snom.become(kind(redirect.Credentials))
		time.Sleep(30 * time.Hour)
		w.is(p, "registered at snom: the service refuses our credentials")
		w.heard()

		w.snom.become(kind(redirect.Owned))
		time.Sleep(30 * time.Hour)
		const elsewhere = "registered elsewhere: the device belongs to somebody else"
		w.is(p, "failed at snom: "+elsewhere)
		w.heard("phone.redirectfailed snom: " + elsewhere)
		if s := w.Stats(); s.Drifted != 4 || s.Registered != 4 {
			t.Errorf("%+v", s)
		}
	})
}

func TestChecksCanBeTurnedOff(t *testing.T) {
	play(t, func(w *world) {
		w.close()
		w.open(true, func(c *redirect.Config) { c.Checks = false })
		w.add(desk, snomD865, 0)
		time.Sleep(72 * time.Hour)
		w.asked("register " + string(desk))
	})
}

// Whatever is cut short is made again.
func TestAStopInTheMiddle(t *testing.T) {
	play(t, func(w *world) {
		w.snom.holds = make(chan struct{})
		p := w.add(desk, snomD865, 0)
		w.soon()
		w.asked("register " + string(desk))
		w.close()
		w.snom.holds = nil
		w.open(true)
		w.soon()
		w.asked("register " + string(desk))
		w.is(p, registered)
		w.close()
		w.open(true)
		w.soon()
		w.asked() // and not once more
	})
}

// What changes while a call is on its way is not lost.
func TestAChangeInTheMiddle(t *testing.T) {
	play(t, func(w *world) {
		w.snom.holds = make(chan struct{})
		p := w.add(desk, snomD865, 0)
		w.soon()
		w.remove(p)
		close(w.snom.holds)
		w.soon()
		w.asked("register "+string(desk), "take away "+string(desk))
		if len(w.snom.knows()) > 0 {
			t.Errorf("left there: %v", w.snom.knows())
		}
		w.heard()
	})
}

// Phones that were there before the account are told, too.
func TestANewAccount(t *testing.T) {
	play(t, func(w *world) {
		w.close()
		w.open(false)
		p, gone := w.add(desk, snomD865, 0), w.add(other, snomD865, 0)
		w.remove(gone)
		w.is(p, "manual at snom")
		w.soon()
		w.close()
		w.open(true)
		w.soon()
		w.is(p, registered)
		if w.snom.knows()[desk] == "" || len(w.snom.knows()) != 1 {
			t.Errorf("there: %v", w.snom.knows())
		}
	})
}

// A device that cannot be taken away is let go after a month.
func TestTakingAwayInVain(t *testing.T) {
	play(t, func(w *world) {
		p := w.add(desk, snomD865, 0)
		w.soon()
		w.snom.become(kind(redirect.Temporary))
		w.remove(p)
		w.soon()
		w.asked("register "+string(desk), "take away "+string(desk))
		j, err := w.store.NextRedirect(w.Context(), phone.RedirectSnom, true)
		if err != nil || j == nil || j.Wanted {
			t.Fatalf("%+v, %v", j, err)
		}
		j.Attempts = 40
		if _, err := w.store.UpdateRedirect(w.Context(), j); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		w.asked("take away " + string(desk))
		if j, err = w.store.NextRedirect(w.Context(), phone.RedirectSnom, true); j != nil || err != nil {
			t.Errorf("%+v, %v", j, err)
		}
		if s := w.Stats(); s.Unregistered != 0 {
			t.Errorf("%+v", s)
		}
		w.heard("phone.redirected snom")
	})
}

// Calls to one service have some time between them.
func TestPace(t *testing.T) {
	play(t, func(w *world) {
		for i := range 50 {
			w.add(phone.MAC(fmt.Sprintf("0004130002%02X", i)), snomD865, 0)
		}
		time.Sleep(time.Minute)
		w.snom.mu.Lock()
		defer w.snom.mu.Unlock()
		for i := 1; i < len(w.snom.at); i++ {
			if d := w.snom.at[i] - w.snom.at[i-1]; d < 100*time.Millisecond {
				t.Errorf("call %d comes after %s", i, d)
			}
		}
		if len(w.snom.at) != 50 {
			t.Errorf("%d of 50 were told", len(w.snom.at))
		}
	})
}

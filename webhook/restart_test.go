package webhook_test

import (
	"net/http"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/webhook"
)

func TestARestartDeliversWhatWaits(t *testing.T) {
	w, r := newWorld(t), newReceiver(t)
	hook := w.hook(r.URL)
	r.answers(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	w.run()
	for range 3 {
		w.publish(acme, phone.PhoneLocked, nil)
	}
	w.close() // at once: what was published is kept all the same
	if n := len(w.reopened().deliveries(hook)); n != 3 {
		t.Fatalf("%d deliveries are kept", n)
	}
	w.close()
	r.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	w.open(func(c *webhook.Config) { c.Now = func() time.Time { return time.Now().Add(time.Minute) } })
	w.run()
	w.until("delivered", func() bool { return w.Stats().Delivered == 3 })
	for _, d := range w.deliveries(hook) {
		if d.State != phone.DeliveryDelivered {
			t.Errorf("logged as %+v", d)
		}
	}
}

func (w *world) reopened() *world {
	w.open()
	return w
}

// Events that fall out of the feed before they are read are counted.
func TestMissedEventsAreCounted(t *testing.T) {
	w, r := newWorld(t), newReceiver(t)
	w.hook(r.URL)
	const events = 3000 // the feed keeps 1000
	for range events {
		w.publish(acme, phone.PhoneRefreshed, nil) // wanted by nobody
	}
	w.publish(acme, phone.PhoneLocked, nil)
	w.run()
	w.next(r)
	if s := w.Stats(); s.Missed != events+1-1000 || s.Enqueued != 1 {
		t.Errorf("%+v", s)
	}
}

package webhook_test

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringfence/phone"
)

// attempts notes when each attempt came, and answers with a status; 0 is never.
type attempts struct {
	mu     sync.Mutex
	begin  time.Time
	at     []time.Duration
	ids    map[string]int
	status int
}

func (a *attempts) serve(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	a.at = append(a.at, time.Since(a.begin))
	a.ids[r.Header.Get("Ringfence-Delivery")]++
	status := a.status
	a.mu.Unlock()
	if status == 0 {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return &http.Response{StatusCode: status, Body: http.NoBody, Request: r}, nil
}

func (a *attempts) become(status int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.status = status
}

func (a *attempts) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.at)
}

// inTime plays in a bubble where the clock jumps to what is waited for.
func inTime(t *testing.T, status int, play func(*world, *phone.Webhook, *attempts)) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		a := &attempts{begin: time.Now(), ids: map[string]int{}, status: status}
		w.Through(a.serve)
		hook := w.hook("https://hooks.example/")
		w.run()
		play(w, hook, a)
		w.close()
		w.open() // for the end of the test to close
	})
}

func TestRetriesComeInTheirTime(t *testing.T) {
	inTime(t, 500, func(w *world, hook *phone.Webhook, a *attempts) {
		w.publish(acme, phone.PhoneLocked, nil)
		time.Sleep(48 * time.Hour)
		pauses := []time.Duration{
			10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
		}
		if len(a.at) != len(pauses)+1 || len(a.ids) != 1 {
			t.Fatalf("attempts at %v, of %v", a.at, a.ids)
		}
		for i, want := range pauses {
			// While it rests after failures in a row, up to five minutes, it is a little later.
			if got := a.at[i+1] - a.at[i]; got < want*9/10 || got > max(want*11/10, min(10*time.Second<<i, 5*time.Minute))+time.Second {
				t.Errorf("pause %d is %s, want about %s", i, got, want)
			}
		}
		if d := w.deliveries(hook)[0]; d.State != phone.DeliveryFailed || d.Attempts != 9 || d.LastError != "answered 500" {
			t.Errorf("logged as %+v", d)
		}
	})
}

func TestAReceiverThatComesBackGetsWhatWaits(t *testing.T) {
	inTime(t, 503, func(w *world, hook *phone.Webhook, a *attempts) {
		for range 20 {
			w.publish(acme, phone.PhoneLocked, nil)
		}
		time.Sleep(10 * time.Minute)
		if n := a.count(); n > 9 {
			t.Errorf("%d attempts in ten minutes: it gets no rest", n)
		}
		a.become(200)
		time.Sleep(15 * time.Minute)
		for _, d := range w.deliveries(hook) {
			if d.State != phone.DeliveryDelivered {
				t.Errorf("logged as %+v", d)
			}
		}
	})
}

func TestAnAttemptThatHangsIsCutShort(t *testing.T) {
	inTime(t, 0, func(w *world, hook *phone.Webhook, a *attempts) {
		w.publish(acme, phone.PhoneLocked, nil)
		time.Sleep(11 * time.Second)
		d := w.deliveries(hook)[0]
		if d.Attempts != 1 || d.LastError != "no answer in time" || d.LastAttempt.Sub(a.begin) != 10*time.Second {
			t.Errorf("logged as %+v", d)
		}
	})
}

// Whoever mends a receiver need not wait.
func TestATestAndAChangeEndTheRest(t *testing.T) {
	inTime(t, 500, func(w *world, hook *phone.Webhook, a *attempts) {
		for range 20 {
			w.publish(acme, phone.PhoneLocked, nil)
		}
		time.Sleep(10 * time.Minute)
		before := a.count()
		_, err := w.store.Webhooks.Update(w.Context(), hook.ID, func(h *phone.Webhook, _ phone.References) error {
			h.URL = "https://other.example/"
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if a.count() == before {
			t.Error("the change leads to no attempt")
		}
		a.become(200)
		if _, err := w.Test(w.Context(), hook); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if d := w.deliveries(hook)[0]; d.Type != phone.WebhookTest || d.State != phone.DeliveryDelivered {
			t.Errorf("the test is logged as %+v", d)
		}
	})
}

// Receivers that hang have every sender of their customer only until they rest.
func TestManyHangingReceiversLeaveRoomForOthers(t *testing.T) {
	inTime(t, 200, func(w *world, hook *phone.Webhook, a *attempts) {
		w.Through(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host == "hanging.example" {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			return a.serve(r)
		})
		for range 30 {
			w.hook("https://hanging.example/")
		}
		for range 1000 / 50 {
			w.publish(acme, phone.PhoneLocked, nil)
			time.Sleep(50 * time.Second)
		}
		time.Sleep(time.Minute)
		if n := a.count(); n != 20 {
			t.Errorf("%d of 20 came", n)
		}
	})
}

// Who tests hanging receivers again and again gives them no rest: that takes
// nothing from other customers.
func TestACustomerDoesNotTakeEverySender(t *testing.T) {
	inTime(t, 200, func(w *world, _ *phone.Webhook, a *attempts) {
		w.Through(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host == "hanging.example" {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			return a.serve(r)
		})
		var hanging []*phone.Webhook
		for range 40 {
			hanging = append(hanging, w.hook("https://hanging.example/", phone.CallEnded))
		}
		w.hookOf(birch, "https://birch.example/")
		for range 20 {
			for _, hook := range hanging {
				if _, err := w.Test(w.Context(), hook); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(time.Second)
			before := a.count()
			w.publish(birch, phone.PhoneLocked, nil)
			time.Sleep(time.Second)
			if a.count() != before+1 {
				t.Fatal("the other customer's event waits")
			}
		}
	})
}

package webhook

import (
	"net/http"
	"time"

	"ringfence/internal/retry"
	"ringfence/phone"
)

// settle writes into a delivery what an attempt at this time has led to. After
// the last attempt, about a day after the first, it is given up. chance is from 0
// to 1 and moves the next attempt a little.
func settle(d *phone.Delivery, a answer, now time.Time, chance float64) {
	d.Attempts++
	d.LastAttempt, d.LastStatus, d.LastError = now, a.status, a.err
	d.NextAttempt = time.Time{}
	switch {
	case a.delivered():
		d.State = phone.DeliveryDelivered
	case a.status == http.StatusGone: // RFC 9110 15.5.11: it will not come back
		d.State = phone.DeliveryFailed
	default:
		pause, again := retry.Pause(d.Attempts, chance)
		if !again {
			d.State = phone.DeliveryFailed
			return
		}
		d.NextAttempt = now.Add(pause)
	}
}

package webhook

import (
	"net/http"
	"time"

	"ringfence/phone"
)

// delays are the pauses after each failed attempt. After the last attempt, about
// a day after the first, a delivery is given up.
var delays = []time.Duration{
	10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute,
	time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
}

// maxRest is how long a webhook that fails is left alone at most.
const maxRest = 5 * time.Minute

// settle writes into a delivery what an attempt at this time has led to. chance
// is from 0 to 1: it moves the next attempt by up to a tenth either way, so that
// what failed together does not come back together.
func settle(d *phone.Delivery, a answer, now time.Time, chance float64) {
	d.Attempts++
	d.LastAttempt, d.LastStatus, d.LastError = now, a.status, a.err
	d.NextAttempt = time.Time{}
	switch {
	case a.delivered():
		d.State = phone.DeliveryDelivered
	case a.status == http.StatusGone || d.Attempts > len(delays): // RFC 9110 15.5.11: it will not come back
		d.State = phone.DeliveryFailed
	default:
		pause := float64(delays[d.Attempts-1])
		d.NextAttempt = now.Add(time.Duration(pause * (0.9 + 0.2*chance)))
	}
}

// rest is how long a webhook is left alone after so many failures in a row. Else
// a receiver that lets every attempt run into the timeout, with a thousand
// deliveries waiting for it, would hold a sender for itself.
func rest(failures int) time.Duration {
	if failures < 1 {
		return 0
	}
	return min(maxRest, delays[0]<<min(failures-1, 8))
}

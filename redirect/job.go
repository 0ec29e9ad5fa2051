package redirect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"ringfence/internal/retry"
	"ringfence/phone"
)

// maxUnwanted is how often a device is taken away in vain: for about a month.
const maxUnwanted = 40

// noURL is what a device waits for when it cannot be said where it belongs.
var noURL = &Error{Kind: Malformed, Text: "no --prov-url"}

// do makes one attempt and writes down what it has led to. One that is cut short
// by the stop has led to nothing, and is made again after it. An error is the
// outbox's.
func (d *Dispatcher) do(ctx context.Context, l *lane, j *phone.RedirectJob) error {
	var err error
	switch {
	case !j.Wanted:
		err = l.to.Unregister(ctx, j.MAC)
	case j.State == phone.RedirectRegistered:
		err = d.check(ctx, l, j)
	default:
		err = d.register(ctx, l, j)
	}
	if ctx.Err() == nil {
		return d.done(context.WithoutCancel(ctx), l, j, err)
	}
	return nil
}

// done writes down what an attempt has led to.
func (d *Dispatcher) done(ctx context.Context, l *lane, j *phone.RedirectJob, err error) error {
	now := d.Now()
	failed := l.failures > 0
	l.attempted(err, now)
	d.tellOfOutage(failed, l, err)
	if !j.Wanted && (err == nil || is(err, Unknown, Owned, Malformed) || j.Attempts >= maxUnwanted) {
		d.gone(j, err)
		return d.Outbox.DropRedirect(ctx, j)
	}
	was := *j
	settle(j, err, now, chance())
	saved, wrong := d.Outbox.UpdateRedirect(ctx, j)
	if wrong == nil && saved {
		d.tell(was, j, err)
	}
	return wrong
}

// register lets the service send the device to us.
func (d *Dispatcher) register(ctx context.Context, l *lane, j *phone.RedirectJob) error {
	accounts, serial := d.Book.ByMAC(j.MAC), ""
	if len(accounts) == 0 { // the Book is a moment behind the disk, or the phone's cluster is not ours
		return because(Absent)
	}
	url := d.target(j)
	if url == "" {
		return noURL
	}
	for _, a := range accounts { // the handsets of a base have one between them
		if serial == "" {
			serial = a.Serial
		}
	}
	err := l.to.Register(ctx, j.MAC, serial, url)
	if err == nil {
		j.Fingerprint = fingerprint(url)
		d.registered.Add(1)
	}
	return err
}

// target is where the device is to be sent, "" when that is not known. Snom's and
// Gigaset's are told the file, because not all of them look for one.
func (d *Dispatcher) target(j *phone.RedirectJob) string {
	url := d.URL(j.MAC)
	if url != "" && (j.Service == phone.RedirectSnom || j.Service == phone.RedirectGigaset) {
		url += string(j.MAC) + ".xml"
	}
	return url
}

// check asks whether the device is as it was left, and registers it once more
// when it is not. An answer that did not come is no reason to doubt.
func (d *Dispatcher) check(ctx context.Context, l *lane, j *phone.RedirectJob) error {
	url := d.target(j)
	if url == "" {
		return noURL
	}
	state, err := l.to.Status(ctx, j.MAC)
	switch {
	case is(err, Owned):
		d.drifted.Add(1)
		return err
	case err != nil:
		return err
	case state.Registered && j.Fingerprint == fingerprint(url) && (state.URL == "" || same(state.URL, url)):
		return nil
	}
	d.drifted.Add(1)
	d.Log.Info("redirection has drifted", "service", l.name, "mac", j.MAC, "registered", state.Registered)
	j.State = phone.RedirectPending
	return d.register(ctx, l, j)
}

func same(a, b string) bool { return strings.TrimSuffix(a, "/") == strings.TrimSuffix(b, "/") }

// fingerprint tells URLs apart without keeping what is secret in them.
func fingerprint(url string) string {
	sum := sha256.Sum256([]byte(url))
	return hex.EncodeToString(sum[:8])
}

// settle writes into a job what an attempt at this time has led to.
func settle(j *phone.RedirectJob, err error, now time.Time, chance float64) {
	j.LastAttempt, j.NextAttempt, j.Error = now, now.Add(retry.Jitter(daily, chance)), ""
	if err == nil {
		j.State, j.Attempts = phone.RedirectRegistered, 0
		return
	}
	j.Attempts++
	j.Error = err.Error()
	pause, soon := retry.Pause(j.Attempts, chance)
	soon = soon && is(err, Temporary, Credentials, Absent)
	if soon {
		j.NextAttempt = now.Add(pause)
	}
	switch {
	case j.State == phone.RedirectRegistered && is(err, Temporary, Credentials): // it was only asked
	case j.State != phone.RedirectFailed && soon && !is(err, Credentials):
		j.State = phone.RedirectPending
	default:
		j.State = phone.RedirectFailed
	}
}

package redirect

import (
	"ringfence/phone"
)

// tellOfOutage lets the log have the beginning of one, and its end. Neither is a
// device's affair, and nobody else hears of it for a day.
func (d *Dispatcher) tellOfOutage(failed bool, l *lane, err error) {
	switch fails := l.failures > 0; {
	case fails && !failed:
		d.Log.Warn("redirection service fails", "service", l.name, "reason", err)
	case failed && !fails:
		d.Log.Info("redirection service answers again", "service", l.name)
	}
}

// gone notes that a device is no affair of the service any more.
func (d *Dispatcher) gone(j *phone.RedirectJob, err error) {
	if err == nil {
		d.unregistered.Add(1)
	}
	if is(err, Unknown, Owned, Malformed) {
		err = nil // it was not there
	}
	if err != nil {
		d.failed.Add(1)
		d.Log.Warn("device not taken away at its maker's, given up", "service", j.Service, "mac", j.MAC, "reason", err)
		return
	}
	d.Log.Info("device taken away at its maker's", "service", j.Service, "mac", j.MAC)
}

// tell lets everybody know what has become of a device. Who watches is told when
// it is another state, or another reason.
func (d *Dispatcher) tell(was phone.RedirectJob, j *phone.RedirectJob, err error) {
	event := phone.PhoneRedirected
	switch j.State {
	case phone.RedirectRegistered:
		if was.State == phone.RedirectRegistered { // as it was left, or nobody has said otherwise
			return
		}
	case phone.RedirectFailed:
		d.failed.Add(1)
		event = phone.PhoneRedirectFail
		if was.State == phone.RedirectFailed && was.Error == j.Error {
			return
		}
	default:
		d.retried.Add(1)
		return
	}
	if !j.Wanted {
		return
	}
	data := map[string]any{"service": j.Service}
	if err != nil {
		data["error"] = j.Error
	}
	for _, a := range d.Book.ByMAC(j.MAC) {
		d.Log.Info(string(event), "service", j.Service, "phone", a.ID, "mac", j.MAC, "reason", j.Error)
		d.Publish(phone.Event{Type: event, Time: j.LastAttempt, Customer: a.Customer, Phone: a.ID, Data: data})
	}
}

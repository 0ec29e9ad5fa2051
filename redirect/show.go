package redirect

import (
	"context"
	"fmt"

	"ringfence/phone"
)

// Show is the property redirect of each of these phones, nil for one that no
// maker redirects.
func (d *Dispatcher) Show(ctx context.Context, phones []*phone.Phone) ([]*phone.Redirect, error) {
	shown := make([]*phone.Redirect, len(phones))
	var devices []phone.MAC
	for i, p := range phones {
		if shown[i] = d.begin(p); shown[i] != nil && shown[i].State == phone.RedirectPending {
			devices = append(devices, p.MAC)
		}
	}
	if len(devices) == 0 {
		return shown, nil
	}
	jobs, err := d.Outbox.Redirects(ctx, devices)
	if err != nil {
		return nil, fmt.Errorf("show redirections: %w", err)
	}
	type key struct {
		mac     phone.MAC
		service string
	}
	by := make(map[key]*phone.RedirectJob, len(jobs))
	for _, j := range jobs {
		by[key{j.MAC, j.Service}] = j
	}
	for i, p := range phones {
		if r := shown[i]; r != nil && r.State == phone.RedirectPending {
			fill(r, by[key{p.MAC, r.Service}])
		}
	}
	return shown, nil
}

// begin is what can be said without looking into the outbox.
func (d *Dispatcher) begin(p *phone.Phone) *phone.Redirect {
	service := d.Book.Model(p.Model).RedirectService()
	switch {
	case service == "" || p.MAC == "":
		return nil
	case d.lanes[service] == nil:
		return &phone.Redirect{Service: service, State: phone.RedirectManual}
	}
	return &phone.Redirect{Service: service, State: phone.RedirectPending}
}

func fill(r *phone.Redirect, j *phone.RedirectJob) {
	if j == nil {
		return
	}
	r.State, r.Error = j.State, j.Error
	if !j.LastAttempt.IsZero() {
		t := phone.Moment(j.LastAttempt)
		r.Time = &t
	}
}

// Retry tells the service of a phone's maker of it at once, whatever it knows
// already. Conflict when nobody but a person can.
func (d *Dispatcher) Retry(ctx context.Context, p *phone.Phone) error {
	r := d.begin(p)
	switch {
	case r == nil:
		return &phone.Error{Kind: phone.Conflict, Key: "redirect", Text: "SIP phone is not redirected by its maker"}
	case r.State == phone.RedirectManual:
		return &phone.Error{Kind: phone.Conflict, Key: "redirect", Text: "No account at the redirection service of the maker"}
	}
	if err := d.Outbox.RetryRedirect(ctx, p.MAC); err != nil {
		return err
	}
	l := d.lanes[r.Service]
	l.tell(l.hurry)
	return nil
}

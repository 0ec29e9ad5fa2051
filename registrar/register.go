package registrar

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

// register is RFC 3261 section 10.3 by its numbers, up to the contacts.
func (r *Registrar) register(req *sip.Request, f sip.Flow) *sip.Response {
	// Step 1: is the Request-URI of a domain of ours? We are no proxy, so
	// there is nowhere to send it on to.
	switch {
	case !isSIP(req.Recipient):
		return sip.Reply(req, 416, "Unsupported URI Scheme")
	case !r.serves(req.Recipient):
		return sip.Reply(req, 404, "Not Found")
	}
	// Step 2: we have no extension that could be required (8.2.2.3).
	if tags := required(req); tags != "" {
		return sip.Reply(req, 420, "Bad Extension", sip.NewHeader("Unsupported", tags))
	}
	// Step 3: who is it?
	account, res := r.Door.Authenticate(req, f)
	if res != nil {
		return res
	}
	// Step 4: may it change this address of record? A phone has its own only.
	to := req.To().Address
	if unescape(to.User) != account.Login {
		return sip.Reply(req, 403, "Forbidden")
	}
	// Step 5: is there such an address of record?
	if !isSIP(to) || !r.serves(to) {
		return sip.Reply(req, 404, "Not Found")
	}
	// Steps 6 and 7, as far as the request alone can be judged.
	o, res := r.read(req, f)
	if res != nil {
		return res
	}
	return r.bind(req, f, account, o)
}

// bind is steps 6 to 8 against the bindings that there are. The phone's turn is
// held all the way, so that its REGISTERs happen one after another.
func (r *Registrar) bind(req *sip.Request, f sip.Flow, a *phone.Account, o order) *sip.Response {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	v, err := r.table.begin(ctx, a.ID, a.Customer)
	switch {
	case errors.Is(err, errCrowd):
		return sip.Reply(req, 503, "Service Unavailable", retryAfter())
	case err != nil:
		return r.failed(req, a.ID, err)
	}
	defer v.end()

	// Step 7: the order of requests, by Call-ID and CSeq.
	now := r.Now()
	o.endBy(a.Until, now)
	p, err := o.plan(v.bindings(now), r.binding(req, f, a, now), r.MaxContacts)
	if err != nil {
		return sip.Reply(req, 500, "Server Internal Error") // no word of CSeq: SIPp would take the phrase for the header
	}
	p.retire(a)
	// The request would succeed. Only now the fence is asked, and closes.
	if res := r.Door.Admit(ctx, req, a, f, phone.ViaRegister); res != nil {
		return res
	}
	// All or nothing, and durable before anybody is told.
	if p.changes() {
		if err := r.Journal.ReplaceBindings(ctx, a.ID, p.bindings()); err != nil {
			r.table.spoil(a.ID) // whatever the disk has now
			return r.failed(req, a.ID, err)
		}
		if !v.commit(p) {
			return r.tooLate(ctx, req, v, a.ID)
		}
		r.note(p)
		hold(f, p, now)
	}
	// Step 8.
	return ok(req, p.bindings(), now)
}

// hold keeps the connection of what was bound for as long as it is: a call must
// find it open.
func hold(f sip.Flow, p plan, now time.Time) {
	for _, b := range p.set {
		f.Keep(b.Expires.Sub(now) + patience)
	}
}

// tooLate takes back what was made durable for a phone that has been forgotten
// meanwhile.
func (r *Registrar) tooLate(ctx context.Context, req *sip.Request, v *visit, id phone.ID) *sip.Response {
	if err := r.Journal.ReplaceBindings(ctx, id, v.bindings(r.Now())); err != nil {
		r.table.spoil(id)
	}
	return sip.Reply(req, 403, "Forbidden")
}

func (r *Registrar) failed(req *sip.Request, id phone.ID, err error) *sip.Response {
	r.table.fault()
	r.Log.Error("registration not kept", "phone", id, "error", err)
	return sip.Reply(req, 500, "Server Internal Error", retryAfter())
}

func retryAfter() sip.Header { return sip.NewHeader("Retry-After", "5") }

// note logs what has changed.
func (r *Registrar) note(p plan) {
	for _, s := range p.steps {
		b := &s.binding
		attributes := []any{"phone", b.Phone, "contact", b.Contact, "source", b.Transport + ":" + b.Remote.String()}
		switch s.event {
		case phone.PhoneRegistered:
			r.Log.Info("phone registered", attributes...)
		case phone.PhoneUnregistered:
			r.Log.Info("phone unregistered", append(attributes, "reason", s.reason)...)
		default:
			r.Log.Debug("phone refreshed", attributes...)
		}
	}
}

func isSIP(u sip.URI) bool { return u.Scheme == "sip" || u.Scheme == "sips" }

// serves says whether a URI is of a domain of ours; see the package comment.
func (r *Registrar) serves(u sip.URI) bool {
	host := strings.ToLower(u.Host)
	domain := strings.ToLower(r.Domain)
	if host == domain || strings.HasSuffix(host, "."+domain) {
		return true
	}
	_, ip := literal(host)
	return ip
}

// literal reads a host that is an IP address.
func literal(host string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return a, err == nil
}

func required(req *sip.Request) string {
	var tags []string
	for _, h := range req.GetHeaders("Require") {
		tags = append(tags, h.Value())
	}
	return strings.Join(tags, ", ")
}

// unescape brings a user part into the one form that is compared (10.3 step 5).
// What is badly escaped stays as it is, and fits no username.
func unescape(user string) string {
	if s, err := url.PathUnescape(user); err == nil {
		return s
	}
	return user
}

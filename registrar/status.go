package registrar

import (
	"cmp"
	"slices"

	"ringfence/phone"
	"ringfence/sip"
)

// Bindings returns the live bindings of a phone, the preferred one first and of
// equals the newest. The slice is the caller's.
func (r *Registrar) Bindings(id phone.ID) []phone.Binding {
	now := r.Now()
	bs := slices.DeleteFunc(r.table.all(id), func(b phone.Binding) bool { return !b.Expires.After(now) })
	byPreference(bs)
	return bs
}

// Status is what the registrar knows of a phone, from its newest binding: the
// part of its status that is about being online. Expires is -1 when it is not.
func (r *Registrar) Status(id phone.ID) phone.Status {
	bs := r.Bindings(id)
	if len(bs) == 0 {
		return phone.Status{Expires: -1}
	}
	b := slices.MaxFunc(bs, func(a, b phone.Binding) int { return a.Registered.Compare(b.Registered) })
	return phone.Status{
		Online: true, Expires: b.Remaining(r.Now()),
		LocalIPAddress: contactAddress(b.Contact), PublicIPAddress: b.Remote.Addr().String(),
		UserAgent: b.UserAgent, Country: b.Country, Transport: b.Transport,
	}
}

// all are the bindings of a phone, expired ones too.
func (t *table) all(id phone.ID) []phone.Binding {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e := t.phones[id]; e != nil {
		return slices.Clone(e.bindings)
	}
	return nil
}

func byPreference(bs []phone.Binding) {
	slices.SortStableFunc(bs, func(a, b phone.Binding) int {
		return cmp.Or(cmp.Compare(b.Q, a.Q), b.Registered.Compare(a.Registered))
	})
}

// contactAddress is the IP address that a phone believes it has, "" when its
// contact does not tell.
func contactAddress(contact string) string {
	u, err := sip.ParseURI(contact)
	if err != nil {
		return ""
	}
	if a, ok := literal(u.Host); ok {
		return a.String()
	}
	return ""
}

// tell publishes one thing that happened to a binding.
func (r *Registrar) tell(customer phone.ID, s step) {
	now := r.Now()
	b := &s.binding
	data := map[string]any{
		"address": b.Remote.Addr(), "transport": b.Transport, "userAgent": b.UserAgent, "country": b.Country,
		"expires": 0,
	}
	if s.event == phone.PhoneRegistered || s.event == phone.PhoneRefreshed {
		data["expires"] = b.Remaining(now)
	}
	if s.reason != "" {
		data["reason"] = s.reason
	}
	r.Publish(phone.Event{Type: s.event, Time: now, Customer: customer, Phone: b.Phone, Data: data})
}

package registrar

import (
	"context"
	"log/slog"

	"ringfence/phone"
	"ringfence/sip"
)

// Bindings returns the live bindings of a phone, the preferred one first and of
// equals the newest. The slice is the caller's.
func (r *Registrar) Bindings(id phone.ID) []phone.Binding {
	return r.bindings(id, func(*record, []record) bool { return true })
}

// Targets are the bindings that a request for the phone goes to: of several flows
// of one device (RFC 5626) only the newest, for they lead to the same phone.
func (r *Registrar) Targets(id phone.ID) []phone.Binding {
	return r.bindings(id, func(x *record, all []record) bool { return !second(x, all) })
}

func (r *Registrar) bindings(id phone.ID, wanted func(x *record, all []record) bool) []phone.Binding {
	rs := r.live(id)
	bs := make([]phone.Binding, 0, len(rs))
	for _, x := range preferred(rs) {
		if wanted(x, rs) {
			bs = append(bs, x.binding(id))
		}
	}
	return bs
}

// second says whether there is a newer flow of the same device.
func second(x *record, rs []record) bool {
	for i := range rs {
		y := &rs[i]
		if x.regID > 0 && y.regID > 0 && y.instance == x.instance && x.sooner(y) {
			return true
		}
	}
	return false
}

// live are the records of a phone that have not expired.
func (r *Registrar) live(id phone.ID) []record {
	now := r.Now().UnixMilli()
	s := r.table.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.phones[id]
	if e == nil {
		return nil
	}
	for i := range e.records {
		if e.records[i].expires <= now {
			r.expire(s, e, now)
			break
		}
	}
	return e.records
}

// Online says whether a phone is registered.
func (r *Registrar) Online(id phone.ID) bool { return len(r.live(id)) > 0 }

// Status is what the registrar knows of a phone, from its newest binding: the
// part of its status that is about being online. Expires is -1 when it is not.
func (r *Registrar) Status(id phone.ID) phone.Status {
	rs := r.live(id)
	if len(rs) == 0 {
		return phone.Status{Expires: -1}
	}
	newest := &rs[0]
	for i := range rs {
		if newest.sooner(&rs[i]) {
			newest = &rs[i]
		}
	}
	b := newest.binding(id)
	return phone.Status{
		Online: true, Expires: b.Remaining(r.Now()),
		LocalIPAddress: contactAddress(b.Contact), PublicIPAddress: b.Remote.Addr().String(),
		UserAgent: b.UserAgent, Country: b.Country, Transport: b.Transport,
	}
}

// contactAddress is the IP address that a phone believes it has, "" when its
// contact does not tell.
func contactAddress(contact string) string {
	u, ok := sip.SplitURI(contact)
	if !ok {
		return ""
	}
	if a, ok := sip.Literal(u.Host); ok {
		return a.String()
	}
	return ""
}

// happened counts, logs and tells one thing that happened to a binding.
func (r *Registrar) happened(s *shard, e *entry, x *step) {
	switch x.event {
	case phone.PhoneRegistered:
		s.stats.Registered++
	case phone.PhoneRefreshed:
		s.stats.Refreshed++
	case phone.PhoneUnregistered:
		s.stats.Unregistered++
	case phone.PhoneExpired:
		s.stats.Expired++
	}
	r.note(s, e.id, x)
	if x.event != phone.PhoneRefreshed || r.Wanted(phone.PhoneRefreshed) {
		r.tell(e, x)
	}
}

// note logs it. In a rush, be it of many phones or of one that is out of its mind,
// there is no line for each.
func (r *Registrar) note(s *shard, id phone.ID, x *step) {
	level := slog.LevelInfo
	if x.event == phone.PhoneRefreshed || s.rush.goesOn(r.Now()) {
		level = slog.LevelDebug
	}
	if !r.Log.Enabled(context.Background(), level) {
		return
	}
	attributes := []any{"phone", id, "contact", x.record.contact, "source", x.record.transport.String() + ":" + x.record.remote.String()}
	if x.reason != "" {
		attributes = append(attributes, "reason", x.reason)
	}
	r.Log.Log(context.Background(), level, notes[x.event], attributes...)
}

var notes = map[phone.EventType]string{
	phone.PhoneRegistered: "phone registered", phone.PhoneRefreshed: "phone refreshed",
	phone.PhoneUnregistered: "phone unregistered", phone.PhoneExpired: "phone expired",
}

// tell publishes one thing that happened to a binding.
func (r *Registrar) tell(e *entry, x *step) {
	now := r.Now()
	b := x.record.binding(e.id)
	data := map[string]any{
		"address": b.Remote.Addr(), "transport": b.Transport, "userAgent": b.UserAgent, "country": b.Country,
		"expires": 0,
	}
	if x.event == phone.PhoneRegistered || x.event == phone.PhoneRefreshed {
		data["expires"] = b.Remaining(now)
	}
	if x.reason != "" {
		data["reason"] = x.reason
	}
	r.Publish(phone.Event{Type: x.event, Time: now, Customer: e.customer.Value(), Phone: b.Phone, Data: data})
}

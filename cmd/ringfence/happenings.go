package main

import (
	"hash/maphash"
	"net/netip"
	"time"

	"ringfence/phone"
)

// What follows when something happened to a phone: the one place where the
// rooms' hooks end.

// phoneChanged follows each committed change. It runs on the store's writer, in
// the order of the commits, and does not block.
func (s *house) phoneChanged(c phone.Change) {
	p := c.Phone()
	if c.Revoked() && s.registrar != nil {
		s.registrar.Forget(p.ID, "credentials revoked")
	}
	if c.After != nil && s.guard != nil && (c.Before == nil || c.Before.Username != p.Username || c.Before.Password != p.Password) {
		s.guard.Forgive(p.Username)
	}
	if lamps := s.lamps.Load(); lamps != nil {
		lamps.PhoneChanged(c)
	}
	data := map[string]any{"change": "updated"}
	switch {
	case c.Before == nil:
		data["change"] = "created"
	case c.After == nil:
		data["change"] = "deleted"
	case c.Before.DND != c.After.DND:
		data["dnd"] = c.After.DND
	}
	s.feed.Publish(phone.Event{Type: phone.PhoneUpdated, Time: time.Now(), Customer: p.Customer, Phone: p.ID, Data: data})
}

// banChanged follows each committed change of a ban, on the store's writer. One
// that has ended is gone, too.
func (s *house) banChanged(before, after *phone.Ban) {
	b, event := after, phone.BanAdded
	switch {
	case after == nil:
		b, event = before, phone.BanLifted
		s.guard.Drop(before)
	case before != nil && before.Address != after.Address:
		s.guard.Drop(before)
		s.guard.Put(after)
	default:
		s.guard.Put(after)
	}
	data := map[string]any{"address": b.Address, "origin": b.Origin, "reason": b.Reason}
	log := s.log.With("address", b.Address, "origin", b.Origin, "reason", b.Reason)
	if !b.Until.IsZero() { // else it holds until it is lifted
		data["until"] = phone.Moment(b.Until)
		log = log.With("until", b.Until)
	}
	log.Info(string(event))
	s.feed.Publish(phone.Event{Type: event, Time: time.Now(), Data: data})
}

// Refusals of a phone's configuration that are told. Nobody needs a password to be
// refused one, and each is an event, a line of the log and perhaps a webhook.
const (
	rejectionsAtOnce = 30
	rejectionTakes   = 10 * time.Second
)

// phoneRejected follows a refusal by the fence.
func (s *house) phoneRejected(who phone.Identity, r phone.Rejection) {
	s.store.Rejected(who.ID, r)
	if r.Via == phone.ViaConfig && !s.rejections.Pass(maphash.String(s.seed, string(who.ID)), r.Time) {
		return
	}
	s.log.Info("phone rejected", "phone", who.ID, "via", r.Via, "address", r.Address, "country", r.Country, "reason", r.Reason)
	s.feed.Publish(phone.Event{Type: phone.PhoneRejected, Time: r.Time, Customer: who.Customer, Phone: who.ID, Data: map[string]any{
		"address": r.Address, "country": r.Country, "reason": r.Reason, "via": r.Via,
	}})
}

// phoneLocked follows when an OPEN phone has locked itself to an address.
func (s *house) phoneLocked(who phone.Identity, addr netip.Addr, via phone.Via) {
	s.log.Info("phone locked", "phone", who.ID, "via", via, "address", addr)
	s.feed.Publish(phone.Event{Type: phone.PhoneLocked, Time: time.Now(), Customer: who.Customer, Phone: who.ID, Data: map[string]any{
		"address": addr, "via": via,
	}})
}

// status joins what the registrar sees and what the store remembers.
func (s *house) status(id phone.ID) phone.Status {
	st := s.registrar.Status(id)
	s.keepalives.complete(id, &st)
	r := s.store.Record(id)
	if !r.ConfigLoaded.IsZero() {
		t := phone.Moment(r.ConfigLoaded)
		st.ConfigLoaded = &t
	}
	st.ConfigStale = s.book.Stale(id)
	if !r.ConfigSaved.IsZero() {
		t := phone.Moment(r.ConfigSaved)
		st.ConfigSaved = &t
	}
	if r.LastRejected != nil {
		last := *r.LastRejected
		last.Time = phone.Moment(last.Time)
		st.LastRejected = &last
	}
	return st
}

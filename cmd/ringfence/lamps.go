package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"ringfence/phone"
	"ringfence/sip/b2bua"
	"ringfence/sip/blf"
)

// openLamps comes before the calls, which tell it what they are at, and after the
// registrar. The store may have told of changes before: nobody watches yet.
func (s *house) openLamps(c Config) {
	s.lamps.Store(blf.New(blf.Config{
		Stack: s.stack, Door: s.door, Book: s.book, Bindings: s.registrar.Targets, Domain: c.Domain,
		Now: time.Now, Log: s.log,
	}))
}

// switchChanged follows each committed change of a switch, on the store's writer.
func (s *house) switchChanged(before, after *phone.Switch, by *phone.Origin) {
	if lamps := s.lamps.Load(); lamps != nil {
		lamps.SwitchChanged(cmp.Or(after, before))
	}
	s.feed.Publish(phone.SwitchEvent(before, after, by, time.Now()))
}

// queueChanged follows each committed change of a queue, on the store's writer.
func (s *house) queueChanged(before, after *phone.Queue, by *phone.Origin) {
	if lamps := s.lamps.Load(); lamps != nil {
		lamps.QueueChanged(cmp.Or(after, before))
	}
	for _, e := range phone.QueueEvents(before, after, by, time.Now()) {
		s.feed.Publish(e)
	}
}

// feature does what a feature code asks for, as a change of the extension's
// employee: b2bua.Config.Feature. What follows from it is what follows when it is
// changed over the API.
func (s *house) feature(ctx context.Context, by b2bua.Dialler, f phone.Feature) error {
	ctx = phone.WithOrigin(ctx, &phone.Origin{
		Employee: by.Extension.Employee, Address: by.Address, Call: "INVITE " + f.Code, Phone: by.Phone.ID,
	})
	switch f.Code {
	case phone.CodeSwitch:
		return s.turnSwitch(ctx, by, f.Of)
	case phone.CodeQueue:
		return s.toggleMember(ctx, by, f.Of)
	case phone.CodeDND:
		return s.toggleDND(ctx, by, cmp.Or(f.Of, string(by.Phone.ID)))
	}
	return phone.Fault(phone.AccessDenied)
}

// turnSwitch turns a switch over, which is made when there is none.
func (s *house) turnSwitch(ctx context.Context, by b2bua.Dialler, name string) error {
	if err := s.book.MayTurn(by.Phone.Phone, name); err != nil {
		return err
	}
	there, err := s.store.Switches.ByName(ctx, by.Phone.Customer, name)
	if phone.KindOf(err) == phone.NotFound {
		_, err = s.store.Switches.Create(ctx, func(refs phone.References) (*phone.Switch, error) {
			sw := phone.NewSwitch(by.Phone.Customer, name)
			sw.Value = true
			return sw, sw.Validate(refs)
		})
	} else if err == nil {
		_, err = s.store.Switches.Update(ctx, there.ID, func(sw *phone.Switch, _ phone.References) error {
			sw.Value = !sw.Value
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("turn a switch: %w", err)
	}
	return nil
}

// toggleMember lets an extension join a queue or leave it.
func (s *house) toggleMember(ctx context.Context, by b2bua.Dialler, named string) error {
	q := s.book.QueueOf(by.Phone.Customer, named)
	if q == nil {
		return &phone.Error{Kind: phone.NotFound, Key: "id", Text: "Queue not found"}
	}
	id, err := phone.NewID(time.Now(), rand.Reader)
	if err != nil {
		return err
	}
	_, err = s.store.Queues.Update(ctx, q.ID, func(q *phone.Queue, refs phone.References) error {
		_, err := q.Toggle(phone.QueueMember{ID: id, Extension: by.Extension.ID}, refs)
		return err
	})
	if err != nil {
		return fmt.Errorf("join or leave a queue: %w", err)
	}
	return nil
}

// toggleDND turns do not disturb on a phone.
func (s *house) toggleDND(ctx context.Context, by b2bua.Dialler, which string) error {
	other := s.book.PhoneOf(by.Phone.Customer, which)
	if other == nil {
		return &phone.Error{Kind: phone.NotFound, Key: "sip", Text: "SIP phone not found"}
	}
	if err := s.book.MayDisturb(by.Phone.Phone, other.Phone); err != nil {
		return err
	}
	_, err := s.store.Phones.Update(ctx, other.ID, func(p *phone.Phone, _ phone.References) error {
		p.DND = !p.DND
		return nil
	})
	if err != nil {
		return fmt.Errorf("turn do not disturb: %w", err)
	}
	return nil
}

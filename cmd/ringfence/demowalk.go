package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"ringfence/internal/simphone"
)

// demo is one walk through the product.
type demo struct {
	out  io.Writer
	api  apiClient
	prov string
	from string // when it began, for the list of calls
	step int

	anna, bent demoPhone
	model      string
}

// demoPhone is a simulated phone and what the API calls it.
type demoPhone struct {
	*simphone.Phone
	id, mac string
}

func (d *demo) close() error {
	var errs []error
	for _, p := range []demoPhone{d.anna, d.bent} {
		if p.Phone != nil {
			errs = append(errs, p.Close())
		}
	}
	return errors.Join(errs...)
}

// walk is the product's main job, step by step.
func (d *demo) walk(ctx context.Context) error {
	for _, s := range []func(context.Context) error{
		d.createPhones, d.fetchConfigurations, d.register, d.refuseStranger, d.call, d.showRecord,
	} {
		if err := s(ctx); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	d.say("Every step worked.")
	return nil
}

func (d *demo) say(format string, args ...any) {
	d.step++
	fmt.Fprintf(d.out, "%2d. %s\n", d.step, fmt.Sprintf(format, args...))
}

func (d *demo) createPhones(ctx context.Context) error {
	customer, err := d.api.create(ctx, "/customer", object{"name": "Acme"})
	if err != nil {
		return err
	}
	models, err := d.api.get(ctx, "/pbx/sipphonemodels?filter=D785")
	if err != nil {
		return err
	}
	d.model = models.first("sipPhoneModels").text("_id")
	d.say("Customer Acme created, model Snom D785 found.")
	if d.anna, err = d.createPhone(ctx, customer.text("_id"), "200", "Anna", "000413AA0001", toneA); err != nil {
		return err
	}
	d.bent, err = d.createPhone(ctx, customer.text("_id"), "201", "Bent", "000413AA0002", toneB)
	return err
}

func (d *demo) createPhone(ctx context.Context, customer, number, name, mac string, tone float64) (demoPhone, error) {
	ext, err := d.api.create(ctx, "/pbx/extension", object{"customer": customer, "number": number, "name": name})
	if err != nil {
		return demoPhone{}, err
	}
	made, err := d.api.create(ctx, "/pbx/sipphone", object{"customer": customer, "sipPhoneModel": d.model, "extension": ext.text("_id"), "macAddress": mac})
	if err != nil {
		return demoPhone{}, err
	}
	sim, err := simphone.New(simphone.Config{MAC: mac, Model: "D785", ListenIP: netip.MustParseAddr("127.0.0.1"), Tone: tone})
	if err != nil {
		return demoPhone{}, err
	}
	d.say("Phone %s of extension %s %s created, fence %s.", mac, number, name, made.object("ip").text("mode"))
	return demoPhone{Phone: sim, id: made.text("_id"), mac: mac}, nil
}

func (d *demo) fetchConfigurations(ctx context.Context) error {
	for _, p := range []demoPhone{d.anna, d.bent} {
		s, err := p.Fetch(ctx, d.prov)
		if err != nil {
			return fmt.Errorf("fetch the configuration of %s: %w", p.mac, err)
		}
		now, err := d.api.get(ctx, "/pbx/sipphone/"+p.id)
		if err != nil {
			return err
		}
		ip := now.object("ip")
		if ip.text("mode") != "LOCKED" {
			return fmt.Errorf("phone %s is %s after its first connection, want LOCKED", p.mac, ip.text("mode"))
		}
		d.say("Phone %s fetched its configuration (%s, server %s); its fence is now %s to %s.", p.mac, s.DisplayName, s.Server, ip.text("mode"), ip.text("address"))
	}
	return nil
}

func (d *demo) register(ctx context.Context) error {
	for _, p := range []demoPhone{d.anna, d.bent} {
		if _, err := p.Register(ctx, 0); err != nil {
			return fmt.Errorf("register %s: %w", p.mac, err)
		}
		now, err := d.api.get(ctx, "/pbx/sipphone/"+p.id)
		if err != nil {
			return err
		}
		st := now.object("status")
		if st["online"] != true {
			return fmt.Errorf("phone %s has registered and is not online", p.mac)
		}
		d.say("Phone %s registered: online for %v s at %s over %s, %s.", p.mac, st["expires"], st.text("publicIpAddress"), st.text("transport"), st.text("userAgent"))
	}
	return nil
}

// refuseStranger lets somebody with Anna's password come from elsewhere.
func (d *demo) refuseStranger(ctx context.Context) error {
	thief, err := simphone.New(simphone.Config{ListenIP: netip.MustParseAddr("127.0.0.66")})
	if err != nil {
		return err
	}
	thief.Use(d.anna.Settings())
	_, err = thief.Register(ctx, 0)
	var refused *simphone.StatusError
	if !errors.As(err, &refused) || refused.Code != 403 {
		return errors.Join(errors.New("a stranger with the right password was not refused with 403"), err, thief.Close())
	}
	if err := thief.Close(); err != nil {
		return err
	}
	now, err := d.api.get(ctx, "/pbx/sipphone/"+d.anna.id)
	if err != nil {
		return err
	}
	last := now.object("status").object("lastRejected")
	d.say("Somebody with Anna's password came from %s: refused at %s (%s).", last.text("address"), last.text("via"), last.text("reason"))
	return nil
}

// call lets Anna call Bent; both talk and hear.
func (d *demo) call(ctx context.Context) error {
	answered := make(chan error, 1)
	var bent *simphone.Call
	go func() {
		select {
		case bent = <-d.bent.Incoming():
			answered <- bent.Answer(ctx)
		case <-ctx.Done():
			answered <- ctx.Err()
		}
	}()
	anna, err := d.anna.Call(ctx, "201")
	if err = errors.Join(err, <-answered); err != nil {
		return fmt.Errorf("call: %w", err)
	}
	name, number := bent.Remote()
	d.say("Anna dialled 201; Bent's phone showed %q %s and he answered.", name, number)
	if err := d.talk(ctx, anna, bent); err != nil {
		return err
	}
	if err := anna.Hangup(ctx); err != nil {
		return fmt.Errorf("hang up: %w", err)
	}
	select {
	case <-bent.Ended():
	case <-ctx.Done():
		return errors.New("the phone that was called was not told that the call is over")
	}
	d.say("Anna hung up, both phones are free.")
	return nil
}

// talk checks that each hears the other's tone and not its own.
func (d *demo) talk(ctx context.Context, anna, bent *simphone.Call) error {
	type side struct {
		heard simphone.Heard
		err   error
	}
	atBent := make(chan side, 1)
	go func() {
		h, err := bent.Talk(ctx, demoTalk)
		atBent <- side{h, err}
	}()
	a, err := anna.Talk(ctx, demoTalk)
	b := <-atBent
	if err := errors.Join(err, b.err); err != nil {
		return fmt.Errorf("talk: %w", err)
	}
	if a.Strength(toneB) < 0.5 || b.heard.Strength(toneA) < 0.5 {
		return fmt.Errorf("audio did not arrive: Anna heard %.2f of %v Hz, Bent %.2f of %v Hz", a.Strength(toneB), toneB, b.heard.Strength(toneA), toneA)
	}
	d.say("They talked for %v: Anna heard %d packets (her peer's tone %.0f %%), Bent %d (%.0f %%).", demoTalk, a.Packets, 100*a.Strength(toneB), b.heard.Packets, 100*b.heard.Strength(toneA))
	return nil
}

// showRecord waits for the call record, which is written when the call has
// ended on both sides.
func (d *demo) showRecord(ctx context.Context) error {
	for {
		list, err := d.api.get(ctx, "/pbx/cdr?from="+d.from)
		if err != nil {
			return err
		}
		if cdr := list.first("cdrs"); cdr != nil {
			d.say("Call record: %s to %s, ended by %s (%s).", cdr.object("caller").text("number"), cdr.object("callee").text("number"), cdr.text("terminatedBy"), cdr.text("terminatedReason"))
			return nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return errors.New("no call record was written")
		}
	}
}

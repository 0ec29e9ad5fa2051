package store

import (
	"bytes"
	"testing"

	"ringfence/phone"
)

// A device's tokens survive a restart, and are made anew when it changes hands.
func TestDevices(t *testing.T) {
	const mac, other phone.MAC = "000413AABB01", "000413AABB02"
	dir := t.TempDir()
	var told []phone.Device
	telling := func(c *Config) { c.DeviceChanged = func(d phone.Device) { told = append(told, d) } }
	s := populate(t, open(t, dir, telling))
	with := func(mac phone.MAC) func(*phone.Phone) { return func(p *phone.Phone) { p.MAC = mac } }
	p := add(t, s, with(mac))
	equal(t, "told of a phone on new hardware", told, []phone.Device(nil))

	ctx := t.Context()
	for _, step := range []struct {
		what string
		do   func() error
		want phone.Device
	}{
		{"the steady token comes", func() error { return s.SpendToken(ctx, mac) }, phone.Device{MAC: mac, Known: 1}},
		{"and again", func() error { return s.SpendToken(ctx, mac) }, phone.Device{MAC: mac, Known: 1}},
		{"rotation", func() error { return s.RotateToken(ctx, mac) }, phone.Device{MAC: mac, Generation: 1, Known: 1}},
		{"rotation of the unused", func() error { return s.RotateToken(ctx, mac) }, phone.Device{MAC: mac, Generation: 2, Known: 1}},
		{"the steady one of that", func() error { return s.SpendToken(ctx, mac) }, phone.Device{MAC: mac, Generation: 2, Known: 3}},
		{"a phone comes to the hardware of one that is gone", func() error {
			if err := s.Phones.Delete(ctx, p.ID, func(*phone.Phone) error { return nil }); err != nil {
				return err
			}
			add(t, s, with(mac))
			return nil
		}, phone.Device{MAC: mac, Generation: 3, Known: 3}},
		{"hardware that was never written down is rotated", func() error { return s.RotateToken(ctx, other) }, phone.Device{MAC: other, Generation: 1}},
	} {
		told = nil
		if err := step.do(); err != nil {
			t.Fatal(step.what, err)
		}
		equal(t, step.what, told, []phone.Device{step.want})
	}
	secret, err := s.Secret(ctx, "provisioning")
	must(t)(secret, err)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = open(t, dir)
	devices, err := s.Devices(ctx)
	must(t)(devices, err)
	equal(t, "devices", devices, []phone.Device{{MAC: mac, Generation: 3, Known: 3}, {MAC: other, Generation: 1}})
	again, err := s.Secret(ctx, "provisioning")
	must(t)(again, err)
	if !bytes.Equal(again, secret) || len(secret) != secretLength {
		t.Errorf("the secret became another one, or is short: %d and %d bytes", len(secret), len(again))
	}
}

// The second handset of a base is no new owner of it.
func TestTokensOfASharedDevice(t *testing.T) {
	var told []phone.Device
	s := world(t, func(c *Config) { c.DeviceChanged = func(d phone.Device) { told = append(told, d) } })
	handset := func(index int) func(*phone.Phone) {
		return func(p *phone.Phone) { p.Model, p.MAC, p.HandsetIndex = dectBase, "7C2F80E0D605", &index }
	}
	add(t, s, handset(0))
	if err := s.SpendToken(t.Context(), "7C2F80E0D605"); err != nil {
		t.Fatal(err)
	}
	add(t, s, handset(1))
	equal(t, "told", told, []phone.Device{{MAC: "7C2F80E0D605", Known: 1}})
}

// Whoever rotates a token stands in the audit log, the token does not.
func TestRotationIsAudited(t *testing.T) {
	s := world(t)
	p := add(t, s, func(p *phone.Phone) { p.MAC = "000413AABB01" })
	ctx := phone.WithOrigin(t.Context(), &phone.Origin{Employee: absent})
	if err := s.RotateToken(ctx, p.MAC); err != nil {
		t.Fatal(err)
	}
	list, _, err := s.ListAudit(ctx, phone.Query{Limit: 1})
	must(t)(list, err)
	if e := list[0]; e.Object != p.ID || e.Employee != absent || len(e.Changes) != 1 {
		t.Errorf("%+v", e)
	}
}

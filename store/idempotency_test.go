package store

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"ringfence/phone"
)

// keyed creates a group with an idempotency key.
func keyed(ctx context.Context, s *Store, o phone.Origin) (*phone.Group, bool, error) {
	g, err := s.Groups.Create(phone.WithOrigin(ctx, &o), func(phone.References) (*phone.Group, error) {
		g := phone.NewGroup(acme)
		g.Name = "Sales"
		return g, nil
	})
	return g, o.Replayed, err
}

func TestAKeyMakesOneObject(t *testing.T) {
	now := noon
	s := world(t, func(c *Config) { c.Now = func() time.Time { return now } })
	first := phone.Origin{Employee: other, Key: "k", Digest: "d"}
	made, replayed, err := keyed(t.Context(), s, first)
	must(t)(made, err)
	equal(t, "replayed", replayed, false)
	again, replayed, err := keyed(t.Context(), s, first)
	must(t)(again, err)
	equal(t, "replayed", replayed, true)
	equal(t, "the same", again, made)

	_, _, err = keyed(t.Context(), s, phone.Origin{Employee: other, Key: "k", Digest: "another request's"})
	refused(t, err, phone.Invalid, "Idempotency-Key")
	for name, o := range map[string]phone.Origin{
		"another caller": {Employee: absent, Key: "k", Digest: "d"},
		"nobody":         {Key: "k", Digest: "d"},
		"another key":    {Employee: other, Key: "l", Digest: "d"},
		"no key":         {Employee: other, Digest: "d"},
	} {
		g, replayed, err := keyed(t.Context(), s, o)
		must(t)(g, err)
		if replayed || g.ID == made.ID {
			t.Errorf("%s: got what the first one made", name)
		}
	}
	now = now.Add(keyLife)
	g, replayed, err := keyed(t.Context(), s, first)
	must(t)(g, err)
	if replayed || g.ID == made.ID {
		t.Error("a day later it is remembered")
	}
}

func TestTwoRequestsAtOnceMakeOneObject(t *testing.T) {
	s := world(t)
	ids := make([]phone.ID, 16)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			g, _, err := keyed(t.Context(), s, phone.Origin{Employee: other, Key: "k", Digest: "d"})
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = g.ID
		})
	}
	wg.Wait()
	for _, id := range ids {
		equal(t, "group", id, ids[0])
	}
	equal(t, "groups", count(t, s, "SELECT count(*) FROM groups"), 1)
}

func TestAChangeThatIsRefusedUsesNoKey(t *testing.T) {
	s := world(t)
	addExtension(t, s, "101", "Alice")
	make := func(number string) error {
		ctx := phone.WithOrigin(t.Context(), &phone.Origin{Employee: other, Key: "k", Digest: number})
		_, err := s.Queues.Create(ctx, giving(&phone.Queue{Customer: acme, Name: "q", Number: number}))
		return err
	}
	refused(t, make("101"), phone.Conflict, "number")
	must(t)(nil, make("102"))
}

func TestOldKeysAreForgotten(t *testing.T) {
	now := noon
	s := world(t, func(c *Config) { c.Now = func() time.Time { return now } })
	for i := range maxKeysPurged + 5 {
		_, _, err := keyed(t.Context(), s, phone.Origin{Key: strconv.Itoa(i)})
		must(t)(nil, err)
	}
	now = now.Add(keyLife)
	for i, want := range []int{6, 2, 3} {
		_, _, err := keyed(t.Context(), s, phone.Origin{Key: "new " + strconv.Itoa(i)})
		must(t)(nil, err)
		equal(t, "keys", count(t, s, "SELECT count(*) FROM idempotency_keys"), want)
	}
}

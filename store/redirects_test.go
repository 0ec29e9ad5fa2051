package store

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"ringfence/phone"
)

// redirected lets the makers of the models redirect their phones.
func redirected(t testing.TB, s *Store) {
	t.Helper()
	for _, id := range []phone.ID{snomD865, dectBase} {
		must(t)(s.Models.Update(t.Context(), id, func(m *phone.Model, _ phone.References) error {
			m.Capabilities.MACRedirect = true
			return nil
		}))
	}
}

// at makes a phone of a device.
func at(t testing.TB, s *Store, mac phone.MAC, model phone.ID, handset int) *phone.Phone {
	t.Helper()
	return add(t, s, func(p *phone.Phone) { p.MAC, p.Model, p.HandsetIndex = mac, model, &handset })
}

// edit changes a phone.
func edit(t testing.TB, s *Store, id phone.ID, how func(*phone.Phone)) {
	t.Helper()
	must(t)(s.Phones.Update(t.Context(), id, func(p *phone.Phone, _ phone.References) error {
		how(p)
		return nil
	}))
}

func remove(t testing.TB, s *Store, id phone.ID) {
	t.Helper()
	must(t)(nil, s.Phones.Delete(t.Context(), id, func(*phone.Phone) error { return nil }))
}

// jobs are all, in a few words each.
func jobs(t testing.TB, s *Store) []string {
	t.Helper()
	list, err := all(t.Context(), s.reading, scanRedirect, "SELECT "+redirectColumns+" FROM redirects ORDER BY mac, service")
	must(t)(list, err)
	words := []string{}
	for _, j := range list {
		want := map[bool]string{true: "wanted", false: "not wanted"}[j.Wanted]
		words = append(words, fmt.Sprintf("%s %s at %s, %s", j.MAC, want, j.Service, j.State))
	}
	return words
}

// settled lets a service have been told of everything.
func settled(t testing.TB, s *Store, service string) {
	t.Helper()
	for {
		j, err := s.NextRedirect(t.Context(), service, false)
		must(t)(j, err)
		if j == nil {
			return
		}
		if !j.Wanted {
			must(t)(nil, s.DropRedirect(t.Context(), j))
			continue
		}
		j.State, j.LastAttempt, j.NextAttempt = phone.RedirectRegistered, noon, noon.Add(time.Hour)
		must(t)(s.UpdateRedirect(t.Context(), j))
	}
}

const deskOne, deskTwo phone.MAC = "000413000001", "000413000002"

func TestWhatMakersAreToldOf(t *testing.T) {
	for name, c := range map[string]struct {
		play func(t testing.TB, s *Store)
		want []string
	}{
		"a new phone": {func(t testing.TB, s *Store) { at(t, s, deskOne, snomD865, 0) },
			[]string{"000413000001 wanted at snom, pending"}},
		"a phone without an address": {func(t testing.TB, s *Store) { at(t, s, "", snomD865, 0) }, nil},
		"a phone whose maker redirects none": {func(t testing.TB, s *Store) {
			must(t)(s.Models.Update(t.Context(), snomD865, func(m *phone.Model, _ phone.References) error {
				m.Capabilities.MACRedirect = false
				return nil
			}))
			at(t, s, deskOne, snomD865, 0)
		}, nil},
		"another address": {func(t testing.TB, s *Store) {
			p := at(t, s, deskOne, snomD865, 0)
			settled(t, s, phone.RedirectSnom)
			edit(t, s, p.ID, func(p *phone.Phone) { p.MAC = deskTwo })
		}, []string{"000413000001 not wanted at snom, pending", "000413000002 wanted at snom, pending"}},
		"and back before anybody was told": {func(t testing.TB, s *Store) {
			p := at(t, s, deskOne, snomD865, 0)
			edit(t, s, p.ID, func(p *phone.Phone) { p.MAC = deskTwo })
			edit(t, s, p.ID, func(p *phone.Phone) { p.MAC = deskOne })
		}, []string{"000413000001 wanted at snom, pending", "000413000002 not wanted at snom, pending"}},
		"another serial": {func(t testing.TB, s *Store) {
			p := at(t, s, deskOne, snomD865, 0)
			settled(t, s, phone.RedirectSnom)
			edit(t, s, p.ID, func(p *phone.Phone) { p.Serial = "S2" })
		}, []string{"000413000001 wanted at snom, pending"}},
		"nothing that is a maker's affair": {func(t testing.TB, s *Store) {
			p := at(t, s, deskOne, snomD865, 0)
			settled(t, s, phone.RedirectSnom)
			edit(t, s, p.ID, func(p *phone.Phone) { p.Notes = "moved" })
		}, []string{"000413000001 wanted at snom, registered"}},
		"a model of another maker": {func(t testing.TB, s *Store) {
			p := at(t, s, deskOne, snomD865, 0)
			settled(t, s, phone.RedirectSnom)
			edit(t, s, p.ID, func(p *phone.Phone) { p.Model = dectBase })
		}, []string{"000413000001 wanted at gigaset, pending", "000413000001 not wanted at snom, pending"}},
		"a phone that is deleted": {func(t testing.TB, s *Store) {
			p := at(t, s, deskOne, snomD865, 0)
			settled(t, s, phone.RedirectSnom)
			remove(t, s, p.ID)
		}, []string{"000413000001 not wanted at snom, pending"}},
		"one that is deleted and taken away": {func(t testing.TB, s *Store) {
			remove(t, s, at(t, s, deskOne, snomD865, 0).ID)
			settled(t, s, phone.RedirectSnom)
		}, nil},
		"a handset more": {func(t testing.TB, s *Store) {
			at(t, s, deskOne, dectBase, 0)
			settled(t, s, phone.RedirectGigaset)
			at(t, s, deskOne, dectBase, 1)
		}, []string{"000413000001 wanted at gigaset, registered"}},
		"a handset less": {func(t testing.TB, s *Store) {
			at(t, s, deskOne, dectBase, 0)
			second := at(t, s, deskOne, dectBase, 1)
			settled(t, s, phone.RedirectGigaset)
			remove(t, s, second.ID)
		}, []string{"000413000001 wanted at gigaset, registered"}},
		"the last handset": {func(t testing.TB, s *Store) {
			remove(t, s, at(t, s, deskOne, dectBase, 0).ID)
		}, []string{"000413000001 not wanted at gigaset, pending"}},
		"a model that becomes another maker's": {func(t testing.TB, s *Store) {
			at(t, s, deskOne, snomD865, 0)
			at(t, s, deskTwo, dectBase, 0)
			settled(t, s, phone.RedirectSnom)
			must(t)(s.Models.Update(t.Context(), snomD865, func(m *phone.Model, _ phone.References) error {
				m.Brand = "YEALINK"
				return nil
			}))
		}, []string{
			"000413000001 not wanted at snom, pending", "000413000001 wanted at yealink, pending",
			"000413000002 wanted at gigaset, pending",
		}},
		"a change that is undone": {func(t testing.TB, s *Store) {
			_, err := s.Phones.Create(t.Context(), func(phone.References) (*phone.Phone, error) {
				p := phone.New(absent) // a customer that there is not
				p.MAC, p.Model = deskOne, snomD865
				return p, nil
			})
			if err == nil {
				t.Error("it was not undone")
			}
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := world(t)
			redirected(t, s)
			c.play(t, s)
			if got := jobs(t, s); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestRedirectionsSurvive(t *testing.T) {
	dir, told := t.TempDir(), 0
	s := populate(t, open(t, dir, func(c *Config) { c.RedirectsChanged = func() { told++ } }))
	redirected(t, s)
	told = 0
	at(t, s, deskOne, snomD865, 0)
	p := at(t, s, deskTwo, snomD865, 0)
	edit(t, s, p.ID, func(p *phone.Phone) { p.Notes = "n" })
	equal(t, "how often somebody was told", told, 2)
	must(t)(nil, s.Close())

	s = open(t, dir)
	equal(t, "after a restart", jobs(t, s), []string{"000413000001 wanted at snom, pending", "000413000002 wanted at snom, pending"})
	j, err := s.NextRedirect(t.Context(), phone.RedirectSnom, true)
	must(t)(j, err)
	j.State, j.Attempts, j.LastAttempt, j.NextAttempt = phone.RedirectFailed, 3, noon, noon.Add(time.Minute)
	j.Error, j.Fingerprint = "e", "f"
	saved, err := s.UpdateRedirect(t.Context(), j)
	must(t)(saved, err)
	list, err := s.Redirects(t.Context(), []phone.MAC{j.MAC, "0004130000FF"})
	must(t)(list, err)
	equal(t, "saved", list, []*phone.RedirectJob{j})

	must(t)(nil, s.RetryRedirect(t.Context(), j.MAC))
	if saved, err := s.UpdateRedirect(t.Context(), j); saved || err != nil {
		t.Errorf("an attempt settles what was wanted after it: %v, %v", saved, err)
	}
	must(t)(nil, s.DropRedirect(t.Context(), j))
	equal(t, "still to do", len(jobs(t, s)), 2)
}

func TestWhatIsToldGoesBeforeWhatIsChecked(t *testing.T) {
	now := noon
	s := world(t, func(c *Config) { c.Now = func() time.Time { return now } })
	redirected(t, s)
	at(t, s, deskOne, snomD865, 0)
	settled(t, s, phone.RedirectSnom)
	next := func(checks bool) string {
		j, err := s.NextRedirect(t.Context(), phone.RedirectSnom, checks)
		must(t)(j, err)
		if j == nil {
			return "nothing"
		}
		return fmt.Sprintf("%s in %s", j.MAC, j.NextAttempt.Sub(now))
	}
	equal(t, "without checks", next(false), "nothing")
	equal(t, "the next check", next(true), "000413000001 in 1h0m0s")
	now = noon.Add(2 * time.Hour)
	at(t, s, deskTwo, snomD865, 0)
	equal(t, "a check that is late, and a new phone", next(true), "000413000002 in 0s")
	j, err := s.NextRedirect(t.Context(), phone.RedirectSnom, true)
	must(t)(j, err)
	j.NextAttempt, j.Attempts = now.Add(time.Minute), 1
	must(t)(s.UpdateRedirect(t.Context(), j))
	equal(t, "while the new phone waits", next(true), "000413000001 in -1h0m0s")
	equal(t, "while it waits, without checks", next(false), "000413000002 in 1m0s")
	must(t)(nil, s.RenewRedirects(t.Context(), phone.RedirectSnom))
	equal(t, "after a restart", next(false), "000413000002 in 0s")
}

func TestJobsWithoutAServiceAreForgotten(t *testing.T) {
	s := world(t)
	redirected(t, s)
	remove(t, s, at(t, s, deskOne, snomD865, 0).ID)
	remove(t, s, at(t, s, deskTwo, dectBase, 0).ID)
	at(t, s, deskOne, dectBase, 0)
	must(t)(nil, s.ForgetRedirects(t.Context(), []string{phone.RedirectSnom}))
	equal(t, "kept", jobs(t, s), []string{"000413000001 wanted at gigaset, pending", "000413000001 not wanted at snom, pending"})
}

// A release may bring models that are redirected, or are not any more.
func TestABuiltInModelThatChanges(t *testing.T) {
	s := world(t)
	at(t, s, deskOne, snomD865, 0)
	for _, c := range []struct {
		redirect bool
		want     []string
	}{
		{true, []string{"000413000001 wanted at snom, pending"}},
		{false, []string{"000413000001 not wanted at snom, pending"}},
	} {
		m := &phone.Model{ID: snomD865, Brand: phone.BrandSnom, Model: "D865", Capabilities: phone.ModelCapabilities{MACRedirect: c.redirect}}
		must(t)(nil, s.write(t.Context(), "save a model", func(ctx context.Context, t *tx) error { return saveModel(ctx, t, m) }))
		equal(t, "jobs", jobs(t, s), c.want)
	}
}

func TestPhonesOfBeforeAreWanted(t *testing.T) {
	dir := t.TempDir()
	phoneOf := func(id, mac, handset, model string) string {
		return `INSERT INTO phones (id, customer, model, cluster, mac, handset_index, handset_address, username, password, ip_mode, ip_countries, ip_address, notes, document)
			VALUES ('` + id + `', '` + string(acme) + `', '` + model + `', 1, ` + mac + `, ` + handset + `, '', '` + id + `', 'p', 'OPEN', '', '', '', '{}')`
	}
	older(t, dir, 20,
		`INSERT INTO customers (id, document) VALUES ('`+string(acme)+`', '{"_id":"`+string(acme)+`","name":"Acme","state":"ACTIVE"}')`,
		`INSERT INTO models (id, document) VALUES ('m1', '{"brand":"SNOM","capabilities":{"macRedirect":true}}'),
			('m2', '{"brand":"CISCO","capabilities":{"macRedirect":false}}'), ('m3', '{"brand":"GENERIC","capabilities":{"macRedirect":false}}')`,
		phoneOf("1", "'000413000001'", "0", "m1"), phoneOf("2", "'000413000001'", "1", "m1"), phoneOf("3", "NULL", "NULL", "m1"),
		phoneOf("4", "'000413000004'", "NULL", "m2"), phoneOf("5", "'000413000005'", "NULL", "m3"),
	)
	equal(t, "jobs", jobs(t, open(t, dir)), []string{"000413000001 wanted at snom, pending", "000413000004 wanted at cisco, pending"})
}

func TestAnotherTokenIsToldOf(t *testing.T) {
	s := world(t)
	redirected(t, s)
	at(t, s, deskOne, snomD865, 0)
	settled(t, s, phone.RedirectSnom)
	must(t)(nil, s.RotateToken(t.Context(), deskOne))
	must(t)(nil, s.RotateToken(t.Context(), deskTwo)) // a device without a phone is nobody's
	equal(t, "jobs", jobs(t, s), []string{"000413000001 wanted at snom, pending"})
}

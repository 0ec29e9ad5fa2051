package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ringfence/phone"
)

// banned is a store whose changes of bans are told, and the time that it has.
func banned(t *testing.T) (s *Store, now *time.Time, told *[]string) {
	now, told = new(time.Time), new([]string)
	*now = noon
	s = world(t, func(c *Config) {
		c.Now = func() time.Time { return *now }
		c.BanChanged = func(before, after *phone.Ban) {
			switch {
			case before == nil:
				*told = append(*told, "+"+after.Address)
			case after == nil:
				*told = append(*told, "-"+before.Address)
			default:
				*told = append(*told, "~"+after.Address)
			}
		}
	})
	return s, now, told
}

func automatic(address string, from time.Time, lasts time.Duration) *phone.Ban {
	return &phone.Ban{Address: address, Origin: phone.BanAutomatic, Reason: "scanner", Created: from, Until: from.Add(lasts)}
}

func manual(address string, until time.Time) func(phone.References) (*phone.Ban, error) {
	return func(phone.References) (*phone.Ban, error) {
		return &phone.Ban{Address: address, Origin: phone.BanManual, Created: noon, Until: until}, nil
	}
}

// list is the addresses of all bans that hold, with the minutes that are left.
func list(t *testing.T, s *Store) (out []string) {
	t.Helper()
	all, total, err := s.Bans.List(t.Context(), phone.Query{Sort: "address"})
	if err != nil || total != len(all) {
		t.Fatal(total, err)
	}
	for _, b := range all {
		left := "ever"
		if !b.Until.IsZero() {
			left = fmt.Sprint(b.Until.Sub(s.Now()).Minutes())
		}
		out = append(out, b.Address+" "+left)
	}
	return out
}

func TestBansOfTheGuard(t *testing.T) {
	s, now, told := banned(t)
	must(t)(s.Bans.Create(t.Context(), manual("192.0.2.1", time.Time{})))
	must(t)(s.Bans.Create(t.Context(), manual("192.0.2.2", noon.Add(5*time.Minute))))
	must(t)(nil, s.SaveBans(t.Context(), []*phone.Ban{
		automatic("192.0.2.1", noon, 10*time.Minute), automatic("192.0.2.2", noon, 10*time.Minute),
		automatic("192.0.2.3", noon, 10*time.Minute), automatic("192.0.2.3", noon, 8*time.Minute),
	}))
	equal(t, "the longer stays", list(t, s), []string{"192.0.2.1 ever", "192.0.2.2 10", "192.0.2.3 10"})
	*now = noon.Add(10 * time.Minute)
	equal(t, "ended", list(t, s), []string{"192.0.2.1 ever"})
	must(t)(nil, s.ExpireBans(t.Context()))
	slices.Sort((*told)[4:])
	equal(t, "told", *told, []string{"+192.0.2.1", "+192.0.2.2", "~192.0.2.2", "+192.0.2.3", "-192.0.2.2", "-192.0.2.3"})
}

func TestAnEndedBanIsNoObstacle(t *testing.T) {
	s, now, _ := banned(t)
	must(t)(nil, s.SaveBans(t.Context(), []*phone.Ban{automatic("192.0.2.1", noon, time.Minute)}))
	_, err := s.Bans.Create(t.Context(), manual("192.0.2.1", time.Time{}))
	if phone.KindOf(err) != phone.Conflict {
		t.Errorf("two bans of one address: %v", err)
	}
	*now = noon.Add(time.Minute)
	must(t)(s.Bans.Create(t.Context(), manual("192.0.2.1", time.Time{})))
}

func TestManyBansEndTogether(t *testing.T) {
	s, now, told := banned(t)
	var made []*phone.Ban
	for i := range 2*maxEnded + 1 {
		made = append(made, automatic(fmt.Sprintf("10.0.%d.%d", i/256, i%256), noon, time.Minute))
	}
	must(t)(nil, s.SaveBans(t.Context(), made))
	*now = noon.Add(time.Minute)
	must(t)(nil, s.ExpireBans(t.Context()))
	var n int
	must(t)(nil, s.reading.QueryRowContext(t.Context(), "SELECT count(*) FROM bans").Scan(&n))
	equal(t, "left", n, 0)
	equal(t, "told", len(*told), 2*len(made))
}

func TestBansOfTheGuardAreNotForTheAuditLog(t *testing.T) {
	s, _, _ := banned(t)
	must(t)(nil, s.SaveBans(t.Context(), []*phone.Ban{automatic("192.0.2.1", noon, time.Minute)}))
	must(t)(s.Bans.Create(t.Context(), manual("192.0.2.9", time.Time{})))
	entries, _, err := s.ListAudit(t.Context(), phone.Query{Filter: "ban"})
	must(t)(nil, err)
	equal(t, "entries", len(entries), 1)
}

func TestManualBansAreLimitedInNumber(t *testing.T) {
	s, _, _ := banned(t)
	must(t)(s.writing.ExecContext(t.Context(), `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO bans (id, document) SELECT 'x' || i, json_object('address', 'x' || i, 'origin', 'MANUAL') FROM n`, mostManual-1))
	must(t)(s.Bans.Create(t.Context(), manual("192.0.2.1", time.Time{})))
	if _, err := s.Bans.Create(t.Context(), manual("192.0.2.2", time.Time{})); phone.KindOf(err) != phone.Conflict {
		t.Errorf("one too many: %v", err)
	}
	must(t)(nil, s.SaveBans(t.Context(), []*phone.Ban{automatic("192.0.2.3", noon, time.Minute)}))
}

func TestBansSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	must(t)(nil, s.SaveBans(t.Context(), []*phone.Ban{automatic("2001:db8:1:2::/64", noon, 1e6*time.Hour)}))
	must(t)(nil, s.Close())
	s = open(t, dir)
	b, err := s.Bans.ByAddress(t.Context(), "2001:db8:1:2::/64")
	if err != nil || b.Reason != "scanner" || !b.Until.Equal(noon.Add(1e6*time.Hour)) {
		t.Errorf("%+v, %v", b, err)
	}
}

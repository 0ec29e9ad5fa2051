package mgmt

import (
	"testing"
	"time"

	"ringfence/phone"
)

func TestBansForNftables(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	ban := func(address string, lasts time.Duration) *phone.Ban {
		b := &phone.Ban{Address: address}
		if lasts != 0 {
			b.Until = now.Add(lasts)
		}
		return b
	}
	const elements4, elements6 = "add element inet ringfence banned4 {\n", "add element inet ringfence banned6 {\n"
	for name, c := range map[string]struct {
		bans []*phone.Ban
		want string
	}{
		"none empties the sets": {nil, ""},
		"one of an address, in seconds": {[]*phone.Ban{ban("192.0.2.1", 10*time.Minute)},
			elements4 + "\t192.0.2.1 timeout 600s\n}\n"},
		"for ever": {[]*phone.Ban{ban("192.0.2.1", 0)}, elements4 + "\t192.0.2.1\n}\n"},
		"less than a second is one: none were for ever": {[]*phone.Ban{ban("192.0.2.1", time.Millisecond)},
			elements4 + "\t192.0.2.1 timeout 1s\n}\n"},
		"one that has ended is not there": {[]*phone.Ban{ban("192.0.2.1", -time.Second)}, ""},
		"both families, in order": {[]*phone.Ban{ban("2001:db8:1:2::/64", time.Hour), ban("2001:db8::1/128", 0), ban("198.51.100.0/24", 0), ban("192.0.2.1", 0)},
			elements4 + "\t192.0.2.1,\n\t198.51.100.0/24\n}\n" + elements6 + "\t2001:db8::1,\n\t2001:db8:1:2::/64 timeout 3600s\n}\n"},
		"what is within another is left out": {[]*phone.Ban{ban("192.0.2.1", 0), ban("192.0.2.0/24", time.Hour), ban("192.0.2.128/25", 0), ban("192.0.3.0/24", 0)},
			elements4 + "\t192.0.2.0/24 timeout 3600s,\n\t192.0.3.0/24\n}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (nftSet{c.bans, now}).String(); got != nftHead+c.want {
				t.Errorf("got\n%swant\n%s", got[len(nftHead):], c.want)
			}
		})
	}
}

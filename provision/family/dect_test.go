package family

import (
	"reflect"
	"testing"

	"ringfence/phone"
)

func TestIPUI(t *testing.T) {
	for name, c := range map[string]struct{ handset, want string }{
		"hexadecimal":                {"029E74A599", "029E74A599"},
		"with a prefix":              {"0x029e74a599", "029E74A599"},
		"with separators":            {"02:9e:74:a5:99", "029E74A599"},
		"as printed on a handset":    {"10727 0304537 3", "029E74A599"},
		"with a star for ten":        {"10727-0304537-*", "029E74A599"},
		"without its check digit":    {"107270304537", "029E74A599"},
		"a maker that cannot be":     {"655360304537", ""},
		"a number that cannot be":    {"107271048576", ""},
		"ten digits that are others": {"029e74a59x", ""},
		"a sign":                     {"+29e74a599", ""},
		"a name":                     {"Anna's", ""},
		"none":                       {"", ""},
	} {
		if got := ipui(c.handset); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestDECTServers(t *testing.T) {
	accounts := []Account{{SRTP: phone.SRTPRequired}, {}, {SRTP: phone.SRTPOff}, {SRTP: phone.SRTPRequired}}
	servers := dectServers(accounts)
	if want := []dectServer{{1, phone.SRTPRequired}, {2, phone.SRTPOff}}; !reflect.DeepEqual(servers, want) {
		t.Error(servers)
	}
	var of []int
	for _, a := range accounts {
		of = append(of, serverFor(servers, a))
	}
	if want := []int{1, 2, 2, 1}; !reflect.DeepEqual(of, want) {
		t.Error(of)
	}
}

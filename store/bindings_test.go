package store

import (
	"net/netip"
	"reflect"
	"testing"
	"time"

	"ringfence/phone"
)

func TestBindingsAreReplacedAsOne(t *testing.T) {
	s := world(t)
	first, second := add(t, s, func(*phone.Phone) {}), add(t, s, func(*phone.Phone) {})
	full := phone.Binding{
		Phone: first.ID, Username: "user", Contact: "sip:a@192.0.2.1:5060;transport=tcp", Instance: "<urn:uuid:1>",
		CallID: "c", CSeq: 1<<32 - 1, Q: 700, Registered: noon, Expires: noon.Add(time.Hour),
		Transport: "tcp", Country: "DK", UserAgent: "snomD865",
		Local: netip.MustParseAddrPort("[2001:db8::1]:5060"), Remote: netip.MustParseAddrPort("192.0.2.1:50000"), Target: netip.MustParseAddrPort("192.0.2.1:5060"),
	}
	for i, v := 0, reflect.ValueOf(full); i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Errorf("%s is not tested", v.Type().Field(i).Name)
		}
	}
	bare := phone.Binding{Phone: first.ID, Contact: "sip:b@192.0.2.1"}
	elsewhere := phone.Binding{Phone: second.ID, Contact: "sip:c@192.0.2.2"}
	for _, step := range []struct {
		of   phone.ID
		list []phone.Binding
		want []phone.Binding // all that are kept, in any order of phones
	}{
		{first.ID, []phone.Binding{full}, []phone.Binding{full}},
		{first.ID, []phone.Binding{bare, full}, []phone.Binding{bare, full}},
		{first.ID, nil, nil},
		{second.ID, []phone.Binding{elsewhere}, []phone.Binding{elsewhere}},
		{first.ID, nil, []phone.Binding{elsewhere}},
	} {
		must(t)(nil, s.ReplaceBindings(t.Context(), step.of, step.list))
		got, err := s.Bindings(t.Context())
		must(t)(got, err)
		equal(t, "bindings", got, step.want)
	}
}

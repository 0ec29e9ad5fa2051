package phone

import "testing"

func TestALegIsNamedByItsCallAndItsPlace(t *testing.T) {
	const id ID = "54e5f28c741290fc0203b05c"
	if got := NewLegID(id, 0); got != "54e5f28c741290fc0203b05c:1" {
		t.Errorf("the first leg is %s", got)
	}
	for name, c := range map[string]struct {
		text  LegID
		index int
		ok    bool
	}{
		"the first":        {"54e5f28c741290fc0203b05c:1", 0, true},
		"in upper case":    {"54E5F28C741290FC0203B05C:2", 1, true},
		"the call alone":   {"54e5f28c741290fc0203b05c", 0, false},
		"no place":         {"54e5f28c741290fc0203b05c:", 0, false},
		"the place 0":      {"54e5f28c741290fc0203b05c:0", 0, false},
		"a signed place":   {"54e5f28c741290fc0203b05c:+1", 0, false},
		"a leading zero":   {"54e5f28c741290fc0203b05c:01", 0, false},
		"too far":          {"54e5f28c741290fc0203b05c:10000", 0, false},
		"of no call":       {"54e5:1", 0, false},
		"nothing":          {"", 0, false},
		"a place too many": {"54e5f28c741290fc0203b05c:1:2", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			call, index, ok := c.text.Call()
			if ok != c.ok || ok && (call != id || index != c.index) {
				t.Errorf("%s %d %v", call, index, ok)
			}
		})
	}
}

func TestWhomACallConcerns(t *testing.T) {
	c := LiveCall{Caller: Party{Extension: "1"}, Callee: Party{Extension: "2"}, Legs: []LiveLeg{
		{ID: "a:1", Extension: "1", SIPPhone: "p1"}, {ID: "a:2", Extension: "3", SIPPhone: "p3"},
	}}
	for extension, want := range map[ID]bool{"1": true, "2": true, "3": true, "4": false, "": false} {
		if c.Concerns(extension) != want {
			t.Errorf("the extension %q: %v", extension, !want)
		}
	}
	if c.Leg("a:2") != &c.Legs[1] || c.Leg("a:3") != nil || c.OfPhone("p1") != &c.Legs[0] || c.OfPhone("p2") != nil || c.OfPhone("") != nil {
		t.Error("legs are not found")
	}
}

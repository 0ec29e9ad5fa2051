package phone

import "testing"

func TestGroupsAndQueuesInTheBook(t *testing.T) {
	b := NewBook("ringfence.test", []int{1})
	b.PutGroup(&Group{ID: "1", Customer: acme, Number: "200"})
	b.PutQueue(&Queue{ID: "2", Customer: acme, Number: "300"})
	b.PutGroup(&Group{ID: "3", Customer: acme})
	for number, want := range map[string][2]ID{"200": {"1", ""}, "300": {"", "2"}, "201": {}, "": {}} {
		g, q := b.Gathering(acme, number)
		var got [2]ID
		if g != nil {
			got[0] = g.ID
		}
		if q != nil {
			got[1] = q.ID
		}
		if got != want {
			t.Errorf("%q leads to %q, want %q", number, got, want)
		}
	}
	if g, _ := b.Gathering(blocked, "200"); g != nil {
		t.Error("another customer calls the group")
	}
	b.PutGroup(&Group{ID: "1", Customer: acme, Number: "201"})
	b.DropQueue("2")
	if g, q := b.Gathering(acme, "200"); g != nil || b.Queue("2") != nil || q != nil {
		t.Error("what is no more is still found")
	}
	if g, _ := b.Gathering(acme, "201"); g == nil || b.Group("3") == nil {
		t.Error("what is there is not found")
	}
	b.DropGroup("1")
	b.DropGroup("1")
	if g, _ := b.Gathering(acme, "201"); g != nil {
		t.Error("a group that is gone is still dialled")
	}
}

func TestExtensionsByTheirNumberInTheWorld(t *testing.T) {
	b := NewBook("ringfence.test", []int{1})
	x := &Extension{ID: ext200, Customer: acme, Number: "200", Direct: "+4570305052"}
	b.PutExtension(x)
	if got := b.ByDirect(acme, "+4570305052"); got == nil || got.ID != ext200 {
		t.Errorf("got %+v", got)
	}
	if b.ByDirect(blocked, "+4570305052") != nil || b.ByDirect(acme, "") != nil {
		t.Error("found by somebody else's number")
	}
	b.PutExtension(&Extension{ID: ext200, Customer: acme, Number: "200", Direct: "+4570305053"})
	if b.ByDirect(acme, "+4570305052") != nil || b.ByDirect(acme, "+4570305053") == nil {
		t.Error("the number has not changed")
	}
	b.DropExtension(ext200)
	if b.ByDirect(acme, "+4570305053") != nil {
		t.Error("an extension that is gone is still found")
	}
}

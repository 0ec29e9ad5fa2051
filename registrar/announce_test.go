package registrar

import (
	"strings"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

func TestBoundHearsOfNewWaysAlone(t *testing.T) {
	const other = "REGISTER sip:example.net\nContact: <sip:desk@192.0.2.11:5062>;expires=60"
	const first, second = "sip:desk@192.0.2.10:5062 at ", "sip:desk@192.0.2.11:5062 at "
	moved, tcp := flow("udp", "127.0.0.1:41000"), flow("tcp", "127.0.0.1:41000")
	w := newWorld(nil)
	j := &tape{entries: map[int64][]byte{}}
	w.Journal = j
	var told []string
	w.Bound = func(b phone.Binding) { told = append(told, string(b.Phone)+": "+b.Contact+" at "+b.Target.String()) }
	for i, c := range []struct {
		what  string
		from  sip.Flow
		short string
		want  string // after "desk: "
	}{
		{"a new contact", home, hello, first + "127.0.0.1:40000"},
		{"a refresh", home, hello, ""},
		{"another contact", home, other, second + "127.0.0.1:40000"},
		{"another address", moved, hello, first + "127.0.0.1:41000"},
		{"a refresh there", moved, hello, ""},
		{"the same over TCP", tcp, hello, ""},
		{"over UDP again", moved, hello, first + "127.0.0.1:41000"},
		{"a removal", moved, bye, ""},
		{"a return", moved, hello, first + "127.0.0.1:41000"},
	} {
		wants(t, w.ask(t, "desk", c.from, i+1, c.short), 200)
		if got := strings.TrimPrefix(strings.Join(told, ", "), "desk: "); got != c.want {
			t.Errorf("%s: told %q, want %q", c.what, got, c.want)
		}
		told = nil
	}
	again := newWorld(nil)
	again.Bound = w.Bound
	if err := again.Restore(j.replay); err != nil {
		t.Fatal(err)
	}
	if len(told) != 1 || told[0] != "desk: "+first+"127.0.0.1:41000" {
		t.Errorf("told of what was restored: %q", told)
	}
	w.wait(2 * time.Minute)
	told = nil
	wants(t, w.ask(t, "desk", moved, 20, hello), 200)
	if len(told) != 1 {
		t.Errorf("told of one that had expired: %q", told)
	}
}

func TestCameHearsOfPhonesThatWereOffline(t *testing.T) {
	const other = "REGISTER sip:example.net\nContact: <sip:desk@192.0.2.11:5062>;expires=120"
	w := newWorld(nil)
	j := &tape{entries: map[int64][]byte{}}
	w.Journal = j
	var came []phone.ID
	w.Came = func(id phone.ID) { came = append(came, id) }
	for i, c := range []struct {
		what, short string
		wait        time.Duration // before
		want        int
	}{
		{"the first", hello, 0, 1},
		{"a refresh", hello, 0, 0},
		{"another contact", other, 0, 0},
		{"the first has expired, the other has not", hello, 90 * time.Second, 0},
		{"a removal", "REGISTER sip:example.net\nContact: *\nExpires: 0", 0, 0},
		{"a return", hello, 0, 1},
		{"it had expired", hello, time.Hour, 1},
	} {
		w.wait(c.wait)
		wants(t, w.ask(t, "desk", home, i+1, c.short), 200)
		if len(came) != c.want || c.want == 1 && came[0] != "desk" {
			t.Errorf("%s: %v came", c.what, came)
		}
		came = nil
	}
	again := newWorld(nil)
	again.Came = func(id phone.ID) { t.Errorf("%s came, and was restored", id) }
	if err := again.Restore(j.replay); err != nil {
		t.Fatal(err)
	}
}

package sip

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

// files reads the files of a pattern under testdata, by name.
func files(t testing.TB, pattern string) map[string]string {
	t.Helper()
	names, err := filepath.Glob("../testdata/" + pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files of %s, %v", len(names), pattern, err)
	}
	texts := map[string]string{}
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(n)] = string(b)
	}
	return texts
}

// phones are the requests of testdata/phones.
func phones(t testing.TB) map[string]string {
	texts := files(t, "phones/*.txt")
	for name, text := range texts {
		texts[name] = lines(text)
	}
	return texts
}

// agrees fails unless Parse takes the text too, and OutlineOf makes the same
// outline of it.
func agrees(t *testing.T, text string, o *Outline) *Request {
	t.Helper()
	m, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("Scan takes what Parse refuses: %v\n%q", err, text)
	}
	req, ok := m.(*Request)
	if !ok {
		t.Fatalf("Scan takes a response: %q", text)
	}
	got, want := normal(t, o), normal(t, OutlineOf(req))
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("Scan and Parse differ:\n got %+v\nwant %+v\n%q", got, want, text)
	}
	return req
}

// normal is an outline with its addresses and Vias as the message model writes
// them, and no difference between no value and none yet.
func normal(t *testing.T, o *Outline) *Outline {
	t.Helper()
	c := o.Clone()
	c.Vias, c.Contacts = slices.Clone(c.Vias), slices.Clone(c.Contacts)
	c.From.Value, c.To.Value = normalAddress(t, o.From.Value), normalAddress(t, o.To.Value)
	for i, v := range c.Contacts {
		c.Contacts[i] = normalAddress(t, v)
	}
	for i, v := range c.Vias {
		if i == 0 && o.Via.RPort && !named(v[o.Via.rport-len("rport"):o.Via.rport], "rport") {
			t.Fatalf("rport ends at %d in %q", o.Via.rport, v)
		}
		via, err := (*kit)(nil).parseVia(v)
		if err != nil {
			t.Fatalf("Via %q: %v", v, err)
		}
		c.Vias[i] = viaText(via, via.Params)
	}
	c.Via.rport, c.lent = 0, ""
	for _, s := range []*[]string{&c.Vias, &c.Contacts, &c.Authorization, &c.Path, &c.Supported, &c.Require} {
		if len(*s) == 0 {
			*s = nil
		}
	}
	return c
}

func normalAddress(t *testing.T, v string) string {
	t.Helper()
	h, err := (*kit)(nil).parseContact(v)
	if err != nil {
		t.Fatalf("address %q: %v", v, err)
	}
	return h.Value()
}

// scannedAlike fails if Scan takes a text and anything of it differs from what
// Parse makes of it, the answers included.
func scannedAlike(t *testing.T, text string) {
	t.Helper()
	var o Outline
	if !Scan(text, &o) {
		return
	}
	req := agrees(t, text, &o)
	for _, at := range places {
		answersAlike(t, &o, req, at)
	}
}

func FuzzScanAgreesWithParse(f *testing.F) {
	for _, text := range phones(f) {
		f.Add(text)
	}
	for _, text := range files(f, "rfc*/*.dat") {
		f.Add(text)
	}
	f.Add(lines(registerText) + "body")
	f.Fuzz(scannedAlike)
}

// FuzzScanValues looks closer at the fields that have a grammar.
func FuzzScanValues(f *testing.F) {
	f.Add("sip:al:pw@[2001:db8::1]:5060;lr", "SIP/2.0/UDP 192.0.2.1:5066;branch=z9hG4bK-1;rport, SIP/2.0/TCP p;received=1.2.3.4",
		`"Al \"x\"" <sip:al@example.org>;tag=a1`, `<sip:a@b;x=1>;expires=60;y="a b,c", sip:b@c;q=0.5`, "7 REGISTER", "\tx y ")
	f.Add("sips:h", "SIP/2.0/TLS [::1]", "Al ü <sip:h:1>;a", "*", "1 A", "")
	f.Fuzz(func(t *testing.T, uri, via, from, contact, seq, other string) {
		scannedAlike(t, "REGISTER "+uri+" SIP/2.0\r\nVia: "+via+"\r\nFrom: "+from+"\r\nTo: "+from+"\r\nContact:"+contact+
			"\r\nPath:"+contact+"\r\nCSeq: "+seq+"\r\nCall-ID: "+other+"x\r\nExpires:"+other+"\r\nSupported:"+other+"\r\n\r\n")
	})
}

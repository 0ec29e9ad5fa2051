package family

import (
	"bytes"
	"testing"

	"ringfence/phone"
)

// FuzzInjection puts a hostile value where somebody may write one, into the files
// of one family: it must stay within its element, its line and its key.
func FuzzInjection(f *testing.F) {
	fs, models := load(f), richest(f)
	for i := range models {
		f.Add(uint8(i), `Anna</user_realname><user_pass idx="1">x`)
		f.Add(uint8(i), "a\r\nsip line1 password: evil")
		f.Add(uint8(i), "201;fnc=sd;ext=900@evil")
		f.Add(uint8(i), "]]>&lt;\"'|;\u0085\u2028#!version")
	}
	f.Fuzz(func(t *testing.T, which uint8, hostile string) {
		m := models[int(which)%len(models)]
		family, calm, bad := fs.Of(m), full(fs, m), full(fs, m)
		spoil(calm, "x")
		spoil(bad, hostile)
		for i := range family.Files {
			if family.Files[i].Role != Declined {
				contained(t, family, &family.Files[i], calm, bad)
			}
		}
	})
}

// spoil writes a text wherever one can be written.
func spoil(v *View, text string) {
	v.URL.Background, v.Phone.DisplayBackground = text, text
	for i := range v.Accounts {
		v.Accounts[i].Name, v.Accounts[i].Handset = text, text
	}
	for i := range v.Keys {
		v.Keys[i].Label = text
		switch v.Keys[i].Function {
		case phone.KeySpeedDial, phone.KeyURL, phone.KeySwitch:
			v.Keys[i].Value = text
		}
	}
	for i := range v.Contacts {
		v.Contacts[i].Name = text
	}
}

// contained compares what a hostile view gives with a calm one: as many lines,
// and in XML as many elements.
func contained(t *testing.T, f *Family, file *File, calm, bad *View) {
	t.Helper()
	want, err := f.Render(file, calm)
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Render(file, bad)
	if err != nil {
		t.Fatal(err)
	}
	unmarked(t, file, want.Body, "")
	unmarked(t, file, got.Body, bad.Accounts[0].Name)
	soundness(t, file, got.Body)
	mark := "\n"
	if file.Format == XML {
		mark = "<"
	}
	if bytes.Count(got.Body, []byte(mark)) > bytes.Count(want.Body, []byte(mark)) {
		t.Errorf("%s of %s: more %q than there should be\n%s", file.Name, f.Name, mark, got.Body)
	}
}

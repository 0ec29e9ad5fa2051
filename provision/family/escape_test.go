package family

import (
	"io/fs"
	"path"
	"testing"
)

// What is written without a look at its format is the same in each of them.
func TestUnharmedIsTheSameEverywhere(t *testing.T) {
	for c := range 256 {
		b := []byte{'a', byte(c), 'b'}
		for _, f := range []*Format{XML, Lines, mitelLines} {
			if got := f.escape(string(b)); unharmed(b) && got != string(b) {
				t.Errorf("%q becomes %q", b, got)
			}
		}
	}
}

// Only a text of the page goes through as it is: one that is its like does not, nor
// what comes after the value that may.
func TestOutputEscapes(t *testing.T) {
	own := []byte("<a>")
	o := &output{page: &page{format: XML, own: map[*byte]bool{&own[0]: true}}}
	for _, b := range [][]byte{own, []byte("<a>"), []byte("Anna"), rawNext, []byte("<b/>"), []byte("<b/>"), rawNext, nil, []byte("raw<")} {
		if n, err := o.Write(b); n != len(b) || err != nil {
			t.Fatal(n, err)
		}
	}
	if got, want := o.to.String(), "<a>&lt;a&gt;Anna<b/>&lt;b/&gt;raw&lt;"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A template that no family uses has been forgotten.
func TestEveryTemplateIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, f := range load(t).All() {
		for i := range f.Files {
			if f.Files[i].Role != Declined {
				used[f.templateOf(&f.Files[i])] = true
			}
		}
	}
	all, err := fs.Glob(templates, path.Join("templates", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range all {
		if !used[name] {
			t.Errorf("%s is of no family", name)
		}
	}
}

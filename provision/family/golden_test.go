package family

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Each model has a golden file of its configuration, full, of a phone that uses
// all it has. Each family has one that is bare, of a phone that uses nothing, and
// its other files once.
func TestGolden(t *testing.T) {
	fs, begun := load(t), map[*Family]bool{}
	for _, m := range builtIn(t) {
		f := fs.Of(m)
		golden(t, f, f.Whole(), full(fs, m), strings.ReplaceAll(m.Model, " ", "-"))
		if begun[f] {
			continue
		}
		begun[f] = true
		golden(t, f, f.Whole(), bare(fs, m), "bare")
		for i := range f.Files {
			if file := &f.Files[i]; file.Role != Declined && file.Role != Whole && !sameTemplateBefore(f, i) {
				golden(t, f, file, full(fs, m), "any")
			}
		}
	}
}

func sameTemplateBefore(f *Family, i int) bool {
	for j := range i {
		if f.Files[j].Template == f.Files[i].Template {
			return true
		}
	}
	return false
}

func golden(t *testing.T, f *Family, file *File, v *View, name string) {
	t.Helper()
	d, err := f.Render(file, v)
	if err != nil {
		t.Error(name, err)
		return
	}
	unmarked(t, file, d.Body, "")
	soundness(t, file, d.Body)
	readable(t, f, file, d.Body)
	name = filepath.Join("..", "..", "testdata", "provision", f.Name, name+"-"+file.Template)
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, d.Body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(d.Body, want) {
		t.Errorf("not as in %s:\n%s", name, d.Body)
	}
}

// unmarked says whether nothing is left that text/template or fmt write where a
// value is missing. What somebody has written may have such a mark in it, whole or
// when other characters are taken out.
func unmarked(t testing.TB, file *File, body []byte, written string) {
	t.Helper()
	for _, mark := range []string{"<no value>", "{{", "%!", "<nil>", "0xc0"} {
		theirs := !strings.ContainsFunc(mark, func(r rune) bool { return !strings.ContainsRune(written, r) })
		if !theirs && bytes.Contains(body, []byte(mark)) {
			t.Errorf("%s: %q is left\n%s", file.Template, mark, body)
		}
	}
}

// soundness is what holds for every document of a format.
func soundness(t testing.TB, file *File, body []byte) {
	t.Helper()
	if check := file.Format.check; check != nil {
		if err := check(body); err != nil {
			t.Errorf("%s: %v\n%s", file.Template, err, body)
		}
	}
	if i := bytes.IndexFunc(body, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' }); i >= 0 {
		t.Errorf("%s: control character %q", file.Template, body[i])
	}
	if len(body) == 0 || body[len(body)-1] != '\n' {
		t.Errorf("%s: does not end with a line end", file.Template)
	}
}

// grammars are what a line can be in the files of the makers that write lines.
var grammars = map[string]*regexp.Regexp{
	"generic":      regexp.MustCompile(`^(|#.*|[a-z0-9_.]+ = .*)$`),
	"mitel":        regexp.MustCompile(`^(|#.*|[!^]?[a-z][a-z0-9 \[|\]-]*: .*)$`),
	"yealink":      regexp.MustCompile(`^(|#.*|[a-z0-9_.]+ = .*|include:config ".*")$`),
	"yealink-dect": regexp.MustCompile(`^(|#.*|[a-z0-9_.]+ = .*|include:config ".*")$`),
}

// readable says whether each line is one that the maker's phones can read.
func readable(t testing.TB, f *Family, file *File, body []byte) {
	t.Helper()
	if file.Format != Lines {
		return
	}
	grammar := grammars[f.Name]
	if grammar == nil {
		t.Fatalf("%s writes lines, of which there is no grammar", f.Name)
	}
	for line := range bytes.Lines(body) {
		if !grammar.Match(bytes.TrimSuffix(line, []byte("\n"))) {
			t.Errorf("%s of %s: no phone reads the line %q", file.Name, f.Name, line)
		}
	}
}

// A pointer may be read by anybody, and a phone book by who is in it: neither
// has a secret.
func TestOnlyTheWholeHasSecrets(t *testing.T) {
	fs := load(t)
	for _, m := range builtIn(t) {
		f, v := fs.Of(m), full(fs, m)
		for i := range f.Files {
			file := &f.Files[i]
			if file.Role == Declined || file.Role == Whole {
				continue
			}
			d, err := f.Render(file, v)
			if err != nil {
				t.Error(err)
				continue
			}
			for _, secret := range []string{"secret", v.WebPassword, "user1"} {
				if bytes.Contains(d.Body, []byte(secret)) {
					t.Errorf("%s of %s: has %q", file.Name, f.Name, secret)
				}
			}
		}
	}
}

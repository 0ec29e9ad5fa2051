package provision

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"ringfence/phone"
)

// TestBoot plays what phones of each maker ask for when they are switched on; see
// testdata/provision/README.md.
func TestBoot(t *testing.T) {
	files, err := filepath.Glob("../testdata/provision/boot/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			b := &boot{T: t, site: newSite(t), tag: `"none"`}
			for _, part := range archive.Files {
				b.what = part.Name
				b.play(strings.TrimSpace(string(part.Data)))
			}
		})
	}
}

// boot is one scenario.
type boot struct {
	*testing.T
	*site
	what, agent, from, tag string
	mac                    phone.MAC
}

// play does a part: what phones there are, or a request and its answer.
func (b *boot) play(text string) {
	asked, answered, isRequest := strings.Cut(text, "\n=> ")
	switch {
	case isRequest:
		b.request(strings.Split(asked, "\n"), strings.Split(b.filled(answered), "\n"))
	case strings.HasPrefix(b.what, "phone"):
		b.phone(strings.Split(text, "\n"))
	case b.what == "rotate":
		if err := b.RotateToken(b.Context(), b.mac); err != nil {
			b.Fatal(err)
		}
	default:
		b.Fatalf("%s: what is this?", b.what)
	}
}

// phone puts a phone into the Book: brand, model and MAC address, then who it
// says that it is, and from where it comes.
func (b *boot) phone(lines []string) {
	words := strings.Fields(lines[0])
	if len(words) < 3 || len(lines) < 3 {
		b.Fatalf("%s: brand, model, MAC address; agent; source", b.what)
	}
	model := strings.Join(words[1:len(words)-1], " ")
	all, err := phone.BuiltInModels()
	if err != nil {
		b.Fatal(err)
	}
	for _, m := range all {
		if m.Brand == words[0] && m.Model == model {
			b.book.PutModel(m)
			b.mac = phone.MAC(words[len(words)-1])
			p := phone.Phone{ID: phone.ID(fmt.Sprint(b.book.Len() + 1)), Model: m.ID, MAC: b.mac, Extension: ext, Username: "anna", Password: "secret"}
			b.put(p)
			b.agent, b.from = lines[1], lines[2]
			return
		}
	}
	b.Fatalf("%s: there is no %s %s", b.what, words[0], model)
}

// request sends one, its first line with its headers, and compares the answer.
func (b *boot) request(asked, answered []string) {
	method, path, _ := strings.Cut(b.filled(asked[0]), " ")
	agent, from := b.agent, b.from
	var headers []string
	for _, line := range asked[1:] {
		key, value, _ := strings.Cut(b.filled(line), ": ")
		switch key {
		case "User-Agent":
			agent = value
		case "From":
			from = value
		default:
			headers = append(headers, key, value)
		}
	}
	before := len(b.loaded)
	w := b.get(method, path, agent, from, headers...)
	got := fmt.Sprint(w.Code)
	if kind := w.Header().Get("Content-Type"); kind != "" {
		got += " " + kind
	}
	if len(b.loaded) > before {
		got += ", loaded"
	}
	if got != answered[0] {
		b.Errorf("%s:\n got %s\nwant %s\n%s", b.what, got, answered[0], w.Body)
	}
	if tag := w.Header().Get("ETag"); tag != "" {
		b.tag = tag
	}
	b.compare(answered[1:], w.Body.String())
}

// compare wants lines that the body has, and behind a minus those that it has not.
func (b *boot) compare(want []string, body string) {
	for _, line := range want {
		line = strings.TrimSpace(line)
		if unwanted, ok := strings.CutPrefix(line, "- "); ok {
			if strings.Contains(body, unwanted) {
				b.Errorf("%s: %q is in\n%s", b.what, unwanted, body)
			}
		} else if !strings.Contains(body, line) {
			b.Errorf("%s: %q is not in\n%s", b.what, line, body)
		}
	}
}

// filled puts what is only known now in the place of its name.
func (b *boot) filled(text string) string {
	return strings.NewReplacer(
		"{first}", b.firstOf(b.mac), "{steady}", b.steadyOf(b.mac), "{tag}", b.tag,
	).Replace(text)
}

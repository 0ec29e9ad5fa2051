package mgmt_test

import (
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"ringfence/phone"
)

var update = flag.Bool("update", false, "write the answers that came into the scenarios")

// TestScenarios plays the files of testdata/api, each against a server and a
// store of its own. The README there tells their form.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("../testdata/api/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(strings.ReplaceAll(name, "-", " "), func(t *testing.T) {
			t.Parallel()
			playFile(t, file)
		})
	}
}

func playFile(t *testing.T, file string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := newPlayer(t)
	for i := range a.Files {
		step := &a.Files[i]
		got := p.play(step.Name, string(step.Data))
		if want := string(step.Data); got != want && !*update {
			t.Errorf("%s:\n%s\nwant:\n%s", step.Name, got, want)
		}
		step.Data = []byte(got)
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// player plays steps and knows what the names in braces stand for.
type player struct {
	*world
	names map[string]string
}

func newPlayer(t *testing.T) *player {
	p := &player{world: newWorld(t), names: map[string]string{
		"acme": string(acme), "birch": string(birch), "rook": string(rook), "crow": string(crow), "idle": string(idle),
		"absent": absent, "admin-token": adminToken, "password": password,
		"mebibyte": strings.Repeat("x", 1<<20), "thousand-and-one": strings.Repeat("x", 1001),
		"latin-1": "K\xf8bmand",
	}}
	models, err := phone.BuiltInModels()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		p.names[strings.ReplaceAll(m.Model, " ", "-")] = string(m.ID)
	}
	return p
}

// step is one request and what is to be done with its answer.
type step struct {
	method, path, token, body string
	header                    http.Header
	keep                      [][2]string // name, property of the answer
	quiet                     bool        // the answer's body is not shown
}

// play makes the request of a step and returns the step with the answer that
// came.
func (p *player) play(name, text string) string {
	asked, answer, answered := strings.Cut(text, "=> ")
	if !answered {
		p.happen(name, text)
		return text
	}
	// So that ids sort as the steps do; the times that are shown are whole milliseconds.
	p.clock.advance(time.Microsecond)
	st := p.parse(name, asked)
	st.quiet = strings.HasSuffix(strings.TrimSpace(answer), "*")
	req := request(st.method, st.path, st.token, st.body)
	for k, v := range st.header {
		req.Header[k] = v
	}
	rec := httptest.NewRecorder()
	p.api.ServeHTTP(rec, req)
	p.keep(name, st, rec)
	return asked + p.show(st, rec)
}

// happen plays a step that is no request: "clock +16m", "redirection failed …",
// or a call.
func (p *player) happen(name, text string) {
	if record, ok := strings.CutPrefix(text, "call "); ok {
		p.ended(name, record)
		return
	}
	if how, ok := strings.CutPrefix(text, "redirection "); ok {
		p.makers.become(how)
		return
	}
	d, err := time.ParseDuration(strings.TrimPrefix(strings.TrimSpace(text), "clock +"))
	if err != nil {
		p.Fatalf("%s: neither an answer (=>) nor a clock nor a call: %v", name, err)
	}
	p.clock.advance(d)
}

var headerLine = regexp.MustCompile(`^([A-Z][A-Za-z-]+): (.*)$`)

func (p *player) parse(name, text string) step {
	first, rest, _ := strings.Cut(p.expand(name, text), "\n")
	words := strings.Fields(first)
	if len(words) != 2 && (len(words) < 4 || words[2] != "as") {
		p.Fatalf("%s: %q is not METHOD PATH as ROLE", name, first)
	}
	st := step{method: words[0], path: words[1], header: http.Header{}}
	if len(words) > 2 {
		st.token = strings.Join(words[3:], " ")
	}
	var body []string
	for line := range strings.Lines(rest) {
		if kept, ok := strings.CutPrefix(line, "keep "); ok {
			k, v, _ := strings.Cut(strings.TrimSpace(kept), " = ")
			st.keep = append(st.keep, [2]string{k, v})
		} else if m := headerLine.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			st.header.Add(m[1], m[2])
		} else {
			body = append(body, line)
		}
	}
	st.body = strings.TrimSpace(strings.Join(body, ""))
	return st
}

var braces = regexp.MustCompile(`\{[A-Za-z0-9][A-Za-z0-9-]*\}`)

// expand puts what they stand for in the place of names in braces.
func (p *player) expand(name, text string) string {
	return braces.ReplaceAllStringFunc(text, func(s string) string {
		word := strings.Trim(s, "{}")
		v, ok := p.names[word]
		if !ok && word == strings.ToUpper(word) {
			v, ok = p.names[strings.ToLower(word)]
			v = strings.ToUpper(v)
		}
		if !ok {
			p.Fatalf("%s: nothing is called %s", name, s)
		}
		return v
	})
}

// keep gives names to properties of the answer, and to its entity tag.
func (p *player) keep(name string, st step, rec *httptest.ResponseRecorder) {
	var object map[string]any
	answer := rec.Body.Bytes()
	if len(st.keep) > 0 && json.Unmarshal(answer, &object) != nil {
		p.Fatalf("%s: not a JSON object: %s", name, answer)
	}
	if len(st.keep) > 0 {
		object["ETag"] = rec.Header().Get("ETag")
	}
	for _, k := range st.keep {
		v, ok := object[k[1]].(string)
		if !ok {
			p.Fatalf("%s: the answer has no %s: %s", name, k[1], answer)
		}
		p.names[k[0]] = v
	}
}

package registrar

import (
	"bytes"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"ringfence/sip"
	"ringfence/sip/digest"
)

var update = flag.Bool("update", false, "write what the registrar answers into the scenarios")

const scenarios = "../testdata/register"

// The scenarios of testdata/register, over a real UDP socket; their README says
// how to read and to write them.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(scenarios, "*.txtar"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { play(t, file) })
	}
}

// play runs a scenario and compares it with what it becomes.
func play(t *testing.T, file string) {
	script, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(nil)
	s := &stage{world: w, t: t, at: w.listen(t, "udp"), phones: map[string]*net.UDPConn{}}
	played := &txtar.Archive{Comment: script.Comment}
	for _, f := range script.Files {
		switch f.Name {
		case "answer", "stored", "events":
			continue // they are written anew
		}
		played.Files = append(played.Files, f, txtar.File{Name: "answer", Data: []byte(s.say(f.Name, string(f.Data)))})
	}
	if !w.save(t.Context()) { // what Run does when something has expired
		t.Error("not saved")
	}
	played.Files = append(played.Files,
		txtar.File{Name: "stored", Data: []byte(w.described())},
		txtar.File{Name: "events", Data: []byte(strings.Join(append(w.told(), ""), "\n"))})
	got := txtar.Format(played)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := txtar.Format(script); !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// stage is a scenario under way.
type stage struct {
	*world
	t      *testing.T
	at     netip.AddrPort
	phones map[string]*net.UDPConn // by address
	number int                     // of the last request
}

// saying is how one request is sent: what the name of its section says.
type saying struct {
	user, from string
	algorithm  digest.Algorithm
	secret     string
	unsigned   bool
	nonceAge   time.Duration
}

// say sends one request and returns the answer in the form of the scenarios.
func (s *stage) say(name, short string) string {
	how := s.how(name)
	c := s.phones[how.from]
	if c == nil {
		c = dialUDP(s.t, how.from, s.at)
		s.phones[how.from] = c
	}
	nonce := ""
	if !how.unsigned {
		nonce = s.nonce(c, how)
		s.wait(how.nonceAge)
	}
	s.number++
	text, err := message(how.user, short, s.number, nonce, how.algorithm, how.secret)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.written(exchange(s.t, c, text))
}

// how reads the name of a section, "desk, from 127.0.0.2, with MD5".
func (s *stage) how(name string) saying {
	user, rest, _ := strings.Cut(name, ", ")
	h := saying{user: user, from: "127.0.0.1", algorithm: digest.SHA256, secret: password(user)}
	for _, part := range strings.Split(rest, ", ") {
		switch word, value, _ := strings.Cut(part, " "); {
		case part == "":
		case word == "after":
			s.wait(seconds(s.t, value))
		case word == "from":
			h.from = value
		case part == "with MD5":
			h.algorithm = digest.MD5
		case part == "with a wrong password":
			h.secret = "a guess"
		case part == "without password":
			h.unsigned = true
		case part == "with an old nonce":
			h.nonceAge = time.Hour
		default:
			s.t.Fatalf("section %q: what is %q?", name, part)
		}
	}
	return h
}

func seconds(t *testing.T, s string) time.Duration {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimSuffix(s, " s"))
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(n) * time.Second
}

// nonce asks for a challenge, as a phone does.
func (s *stage) nonce(c *net.UDPConn, how saying) string {
	text, err := message(how.user, "REGISTER sip:"+domain+"\nCall-ID: challenge", 1, "", "", "")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, h := range exchange(s.t, c, text).GetHeaders("WWW-Authenticate") {
		if ch, err := digest.ParseChallenge(h.Value()); err == nil && ch.Algorithm == string(how.algorithm) {
			return ch.Nonce
		}
	}
	s.t.Fatal("no challenge")
	return ""
}

// noise is what changes from run to run.
var noise = regexp.MustCompile(`nonce="[^"]*"`)

// written leaves out the header fields that every answer copies.
func (s *stage) written(res *sip.Response) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s\n", res.StatusCode, res.Reason)
	for _, h := range res.Headers() {
		switch h.Name() {
		case "Via", "From", "To", "Call-ID", "CSeq", "Content-Length":
			continue
		}
		fmt.Fprintf(&b, "%s: %s\n", h.Name(), noise.ReplaceAllString(h.Value(), `nonce="..."`))
	}
	return b.String()
}

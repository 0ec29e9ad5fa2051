package sip

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// torture are the messages of testdata/rfc4475 and rfc5118, by name.
func torture(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../testdata/rfc*/*.dat")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		found[strings.TrimSuffix(filepath.Base(f), ".dat")] = string(b)
	}
	return found
}

func TestEveryTortureHasItsRow(t *testing.T) {
	files := torture(t)
	if len(files) != 62 {
		t.Errorf("%d messages", len(files))
	}
	for _, c := range tortures {
		if _, ok := files[c.name]; !ok {
			t.Errorf("%s: no such file, or a second row", c.name)
		}
		delete(files, c.name)
	}
	for name := range files {
		t.Errorf("%s: no row says what is expected", name)
	}
}

func TestTortureParsed(t *testing.T) {
	files := torture(t)
	for _, c := range tortures {
		t.Run(c.name, func(t *testing.T) {
			m, err := Parse([]byte(files[c.name]))
			got := ""
			if e, ok := errors.AsType[*ParseError](err); ok {
				got = fmt.Sprint(e.Code, " ", e.Reason)
			}
			if got != c.verdict || (m == nil) == (c.verdict == "") {
				t.Errorf("%s: got %q, want %q", c.why, got, c.verdict)
			}
		})
	}
}

// What is read must be what was meant.
func TestTortureUnderstood(t *testing.T) {
	files := torture(t)
	for _, c := range []struct{ name, header, want string }{
		{"wsinv", "To", `<sip:vivekg@chair-dnrc.example.com>;tag=1918181833n`},
		{"wsinv", "From", `"J Rosenberg \\\"" <sip:jdrosen@example.com>;tag=98asjd8`},
		{"wsinv", "Max-Forwards", "68"},
		{"wsinv", "CSeq", "9 INVITE"},
		{"wsinv", "Via", "SIP/2.0/UDP 192.0.2.2;branch=390skdjuw"},
		{"wsinv", "Contact", `"Quoted string \"\"" <sip:jdrosen@example.com>;newparam=newvalue;secondparam;q=0.33`},
		{"wsinv", "Subject", ""},
		{"wsinv", "NewFangledHeader", "newfangled value continued newfangled value"},
		{"esc01", "To", "<sip:%75se%72@example.com>"},
		{"esc01", "Contact", "<sip:cal%6Cer@host5.example.net;%6c%72;n%61me=v%61lue%25%34%31>"},
		{"escnull", "To", "<sip:null-%00-null@example.com>"},
		{"esc02", "To", `"%Z%45" <sip:resource@example.com>`},
		{"esc02", "C%6Fntact", "<sip:alias2@host2.example.com>"},
		{"lwsdisp", "From", `"caller" <sip:caller@example.com>;tag=323`},
		{"cparam01", "Contact", "<sip:+19725552222@gw1.example.net>;unknownparam"},
		{"cparam02", "Contact", "<sip:+19725552222@gw1.example.net;unknownparam>"},
		{"regescrt", "Contact", "<sip:user@example.com?Route=%3Csip:sip.example.com%3E>"},
		{"ipv4-mapped-ipv6", "Via", "SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19"},
		{"ipv6-bug-abnf-3-colons", "To", "<sip:user@[2001:db8::192.0.2.1]>"},
	} {
		h := request(t, unline(files[c.name])).GetHeader(c.header)
		if h == nil || h.Value() != c.want {
			t.Errorf("%s: %s is %v, want %s", c.name, c.header, h, c.want)
		}
	}
	for _, c := range []struct {
		name       string
		user, host string
		port       int
	}{
		{"semiuri", "user;par=u%40example.net", "example.com", 0},
		{"esc01", "sips%3Auser%40example.com", "example.net", 0},
		{"port-ambiguous", "", "[2001:db8::10:5070]", 0},
		{"port-unambiguous", "", "[2001:db8::10]", 5070},
		{"ipv6-bug-abnf-3-colons", "user", "[2001:db8::192.0.2.1]", 0},
	} {
		if u := request(t, unline(files[c.name])).Recipient; u.User != c.user || u.Host != c.host || u.Port != c.port {
			t.Errorf("%s: %q at %q port %d", c.name, u.User, u.Host, u.Port)
		}
	}
}

// unline takes back what lines does.
func unline(message string) string {
	return strings.TrimSuffix(strings.ReplaceAll(message, "\r\n", "\n"), "\n")
}

// A stack whose handler takes everything answers each message as Parse sees it,
// and goes on; what cannot be answered gets nothing. Nothing is kept of any.
func TestTortureAnswered(t *testing.T) {
	s, at := listeningWith(t, Config{}, "udp", "127.0.0.1:0", func(*Stack) Handler {
		return func(req *Request, f Flow) { _ = f.Reply(Reply(req, 200, "OK")) }
	})
	c, files := dial(t, "udp", at), torture(t)
	all := func() {
		for _, row := range tortures {
			want := row.verdict
			m, err := Parse([]byte(files[row.name]))
			if e, ok := errors.AsType[*ParseError](err); ok && e.Partial == nil {
				want = ""
			}
			if _, ok := m.(*Request); ok {
				want = "200 OK"
			}
			if got := told(t, c, files[row.name], want != ""); got != want {
				t.Errorf("%s: answered %q, want %q", row.name, got, want)
			}
		}
	}
	all()
	before := heap()
	for range 20 {
		all()
	}
	if grown := int64(heap()) - int64(before); grown > 1<<20 {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
	if st := s.Stats(); st.Panics != 0 || st.ServerTx != 0 || st.ClientTx != 0 {
		t.Errorf("%+v", st)
	}
}

// told sends a message and a good one after it, and gives the status line of the
// answer to the first; the second must be answered once.
func told(t *testing.T, c net.Conn, message string, expected bool) (got string) {
	t.Helper()
	b := make([]byte, maxMessage)
	for _, text := range []string{message, lines(optionsText)} {
		if _, err := c.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for good := 0; good == 0 || expected && got == ""; {
		n, err := c.Read(b)
		if err != nil {
			t.Fatalf("%v after %.40q", err, message)
		}
		answer := string(b[:n])
		status, _, _ := strings.Cut(strings.TrimPrefix(answer, "SIP/2.0 "), "\r\n")
		switch isGood := strings.Contains(answer, "Call-ID: opt-1\r\n"); {
		case isGood && good == 0:
			good++
		case isGood || got != "":
			t.Fatalf("answered twice: %q", answer)
		default:
			got = status
		}
	}
	return got
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// What an answer repeats of a request that could not be read.
func TestTheAnswerToWhatCannotBeRead(t *testing.T) {
	files := torture(t)
	for _, c := range []struct{ name, want string }{
		{"insuf", `
SIP/2.0 400 Missing From
Via: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf
CSeq: 193942 INVITE
Content-Length: 0
`},
		{"badvers", `
SIP/2.0 505 Version Not Supported
Via: SIP/7.0/UDP c.example.com;branch=z9hG4bKkdjuw
From: "A. Bell" <sip:a.g.bell@example.com>;tag=qweoiqpe
To: "T. Watson" <sip:t.watson@example.org>;tag=?
Call-ID: badvers.31417@c.example.com
CSeq: 1 OPTIONS
Content-Length: 0
`},
		{"quotbal", `
SIP/2.0 400 Malformed To
Via: SIP/2.0/UDP 192.0.2.59:5050;branch=z9hG4bKkdjuw39234
From: <sip:caller@example.net>;tag=93334
Call-ID: quotbal.aksdj
CSeq: 8 INVITE
To: "Mr. J. User <sip:j.user@example.com>
Content-Length: 0
`},
		{"multi01", `
SIP/2.0 400 Two CSeq
Via: SIP/2.0/UDP 192.0.2.25;branch=z9hG4bKkdjuw
From: <sip:caller@example.com>;tag=3413415
To: <sip:user@example.com>;tag=?
Call-ID: multi01.98asdh@192.0.2.1
CSeq: 5 INVITE
Content-Length: 0
`},
	} {
		_, err := Parse([]byte(files[c.name]))
		e, ok := errors.AsType[*ParseError](err)
		if !ok || e.Partial == nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		got := e.Reply().String()
		if ours := replyTag(e.Partial); ours != "" {
			got = strings.Replace(got, "tag="+ours, "tag=?", 1)
		}
		same(t, c.name, got, lines(c.want))
	}
}

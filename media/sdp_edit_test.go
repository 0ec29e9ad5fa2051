package media

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"hash/maphash"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pion/sdp/v3"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the expected parts of testdata/sdp anew")

var (
	relay4 = netip.MustParseAddr("203.0.113.9")
	relay6 = netip.MustParseAddr("2001:db8:9::9")
)

// edit makes of an offer what the other peer is offered by an end at addr, whose
// ports are 30000, 30002 and so on.
func edit(in []byte, addr netip.Addr, from, to Policy) ([]byte, error) {
	s, err := read(in)
	if err != nil {
		return nil, err
	}
	e := &Engine{ports: NewPorts(2, 3, 0, nil)}
	a := &End{engine: e, config: EndConfig{Local: addr, SRTP: from}}
	b := &End{engine: e, config: EndConfig{Local: addr, SRTP: to}, identity: identity{id: 7, version: 1, seed: maphash.MakeSeed()}}
	t, err := newTurn(a, b, s)
	if err != nil {
		return nil, err
	}
	for i := range t.says {
		a.slot(i, &t.says[i])
		b.slot(t.fates[i].slot, &t.says[i]).rtp = &stream{port: uint16(30000 + 2*i)}
	}
	return t.offer(s)
}

func TestEditFiles(t *testing.T) {
	files, err := filepath.Glob("../testdata/sdp/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".txtar")
		t.Run(name, func(t *testing.T) { editFile(t, f, name) })
	}
}

func editFile(t *testing.T, file, name string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	relay := relay4
	if strings.HasSuffix(name, "-to-ipv6") {
		relay = relay6
	}
	in := bytes.ReplaceAll(part(a, "in.sdp"), []byte("\n"), []byte("\r\n"))
	edited, err := edit(in, relay, Optional, Off)
	if err != nil {
		t.Fatal(err)
	}
	out := bytes.ReplaceAll(edited, []byte("\r\n"), []byte("\n"))
	if bytes.Count(edited, []byte("\r\n")) != bytes.Count(edited, []byte("\n")) {
		t.Error("a line does not end with CRLF")
	}
	if readable(in) && !readable(edited) {
		t.Error("another parser reads the one that came, and not what we wrote")
	}
	said := understood(t, in)
	if *update {
		a.Files = []txtar.File{{Name: "in.sdp", Data: part(a, "in.sdp")},
			{Name: "out.sdp", Data: out}, {Name: "understood", Data: said}}
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := part(a, "out.sdp"); !bytes.Equal(out, want) {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
	if want := part(a, "understood"); !bytes.Equal(said, want) {
		t.Errorf("got\n%s\nwant\n%s", said, want)
	}
}

// understood is what we read in a description, a stream a line.
func understood(t *testing.T, in []byte) []byte {
	t.Helper()
	s, err := read(in)
	if err != nil {
		t.Fatal(err)
	}
	says, err := s.sections(nil)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, m := range says {
		if !m.on {
			fmt.Fprintf(&b, "%s off\n", m.name)
			continue
		}
		fmt.Fprintf(&b, "%s %s to %v, RTCP %v, %s, %d keys:", m.name, m.profile, m.remote, m.rtcp, m.direction, len(m.crypto))
		for _, c := range m.codecs {
			fmt.Fprintf(&b, " %d=%s/%d", c.kind, c.name, c.rate)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// readable reports whether another parser reads a description. (It knows no
// m=image, so a fax offer is beyond it.)
func readable(b []byte) bool { return new(sdp.SessionDescription).Unmarshal(b) == nil }

func part(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

func TestEditRefuses(t *testing.T) {
	tests := []struct {
		name, sdp string
		want      error
	}{
		{"nothing at all", "", ErrMalformed},
		{"a description without streams", head, ErrNoMedia},
		{"a fax alone", head + "m=image 5004 udptl t38\r\n", ErrNoMedia},
		{"audio that is refused", head + "m=audio 0 RTP/AVP 0\r\n", ErrNoMedia},
		{"encrypted audio without keys", head + "m=audio 5004 RTP/SAVP 0\r\n", ErrSRTP},
		{"audio of a browser", head + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", ErrProfile},
		{"another version", "v=1\r\nm=audio 5004 RTP/AVP 0\r\n", ErrMalformed},
		{"a stream before the version", "m=audio 5004 RTP/AVP 0\r\nv=0\r\n", ErrMalformed},
		{"a line without an equals sign", head + "audio\r\n", ErrMalformed},
		{"an empty line in the middle", head + "\r\nm=audio 5004 RTP/AVP 0\r\n", ErrMalformed},
		{"a NUL", sound + "a=x\x00y\r\n", ErrMalformed},
		{"a lone CR", sound + "a=x\ry\r\n", ErrMalformed},
		{"a port beyond the last one", head + "m=audio 65536 RTP/AVP 0\r\n", ErrMalformed},
		{"a negative port", head + "m=audio -1 RTP/AVP 0\r\n", ErrMalformed},
		{"a stream without formats", head + "m=audio 5004 RTP/AVP\r\n", ErrMalformed},
		{"a payload type of eight bits", head + "m=audio 5004 RTP/AVP 128\r\n", ErrMalformed},
		{"a payload type with a name", head + "m=audio 5004 RTP/AVP PCMU\r\n", ErrMalformed},
		{"no address", "v=0\r\ns=-\r\nt=0 0\r\nm=audio 5004 RTP/AVP 0\r\n", ErrMalformed},
		{"a host name as address", sound + "c=IN IP4 phone.example.com\r\n", ErrMalformed},
		{"an IPv6 address called IPv4", sound + "c=IN IP4 2001:db8::1\r\n", ErrMalformed},
		{"an address with a zone", sound + "c=IN IP6 fe80::1%eth0\r\n", ErrMalformed},
		{"a multicast group", sound + "c=IN IP4 224.2.1.1\r\n", ErrMalformed},
		{"a group with a time to live", sound + "c=IN IP4 224.2.1.1/127\r\n", ErrMalformed},
		{"the broadcast address", sound + "c=IN IP4 255.255.255.255\r\n", ErrMalformed},
		{"RTCP without a port", sound + "a=rtcp:\r\n", ErrMalformed},
		{"RTCP to a multicast group", sound + "a=rtcp:5005 IN IP4 224.2.1.1\r\n", ErrMalformed},
		{"video with a format that is no number", sound + "m=video 5006 RTP/AVP H264\r\n", ErrMalformed},
		{"an address in an m= line", sound + "m=192.0.2.1 1 x y\r\n", ErrMalformed},
		{"201 lines", sound + strings.Repeat("a=x\r\n", 195), ErrTooLarge},
		{"nine streams", head + strings.Repeat("m=audio 5004 RTP/AVP 0\r\n", 9), ErrTooLarge},
		{"64 KiB and one octet", head + strings.Repeat("x", 64<<10+1-len(head)), ErrTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := edit([]byte(tt.sdp), relay4, Optional, Optional)
			if !errors.Is(err, tt.want) || out != nil {
				t.Errorf("got %q, %v; want %v", out, err, tt.want)
			}
		})
	}
}

func TestEditTakes(t *testing.T) {
	const begin = "v=0\r\no=- 7 2 IN IP4 203.0.113.9\r\ns=-\r\nc=IN IP4 203.0.113.9\r\nt=0 0\r\n"
	const whole = begin + "m=audio 30000 RTP/AVP 0\r\n"
	tests := []struct{ name, sdp, want string }{
		{"200 lines", sound + strings.Repeat("a=x\r\n", 194), whole + strings.Repeat("a=x\r\n", 194)},
		{"line ends of LF alone", strings.ReplaceAll(sound, "\r\n", "\n"), whole},
		{"no line end at the end", strings.TrimSpace(sound), whole},
		{"empty lines at the end", sound + "\r\n\r\n", whole},
		{"an attribute with an address of its own side", sound + "a=note:192.0.2.1\r\n", whole},
		{"an attribute with another address", sound + "a=x-nat:[2001:db8::7]:99 keep\r\n", whole},
		{"an attribute with the name of its own side", strings.Replace(sound, "o=- 1 1 IN IP4 192.0.2.1", "o=- 1 1 IN IP4 desk.example.com", 1) +
			"a=x-at:desk.example.com\r\na=x-kept:1\r\n", whole + "a=x-kept:1\r\n"},
		{"a subject and a mail address", strings.Replace(sound, "s=-", "s=Alice\r\ni=x\r\nu=http://a/\r\ne=a@b.c\r\np=+1", 1), whole},
		{"an a=rtcp at session level", head + "a=rtcp:9\r\n" + sound[len(head):], whole},
		{"audio twice: the first is taken", sound + "m=audio 5006 RTP/AVP 8\r\n",
			whole + "m=audio 0 RTP/AVP 8\r\n"},
		{"video alone", head + "m=video 5004 RTP/AVPF 97\r\na=rtcp-fb:* nack\r\n",
			begin + "m=video 30000 RTP/AVPF 97\r\na=rtcp-fb:* nack\r\n"},
		{"sound on hold in the old way beside video that flows", head + "a=sendrecv\r\nm=audio 5004 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\nm=video 5006 RTP/AVP 97\r\n",
			begin + "m=audio 30000 RTP/AVP 0\r\na=inactive\r\nm=video 30002 RTP/AVP 97\r\na=sendrecv\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := edit([]byte(tt.sdp), relay4, Off, Off)
			if err != nil || string(out) != tt.want {
				t.Errorf("got %v\n%s\nwant\n%s", err, out, tt.want)
			}
		})
	}
}

func TestHasAddress(t *testing.T) {
	tests := []struct {
		text string
		want bool
	}{
		{"fmtp:97 profile-level-id=42e01f;packetization-mode=1", false},
		{"rtpmap:101 telephone-event/8000", false},
		{"x-version:10.1.2", false},
		{"x:10.1.2.3", true},
		{"x:1.10.1.2.3.x", true},
		{"x-10.1.2.3:4", true},
		{"x:a10.1.2.3b", true},
		{"x:1234.1.2.3", false},
		{"x:fe80::1", true},
		{"x:5060:2001:db8::1", true},
		{"x:[2001:db8::1]:5060", true},
		{"x:2001:db8:0:0:0:0:0:1", true},
		{"x:2001:db8:0:0:0:0:0:1:5060", true},
		{"x:12:30:59", false},
		{"x:00:11:22:33:44:55", false},
		{"", false},
	}
	for _, tt := range tests {
		if got := hasAddress(tt.text); got != tt.want {
			t.Errorf("%q: %v", tt.text, got)
		}
	}
}

// A line costs what its length is, although an address may begin at each colon.
func TestALineOfColonsIsCheap(t *testing.T) {
	began := time.Now()
	for _, text := range []string{strings.Repeat(":", 60_000), strings.Repeat(":.", 30_000), strings.Repeat("1:", 30_000)} {
		hasAddress(text)
	}
	if took := time.Since(began); took > 250*time.Millisecond {
		t.Error(took)
	}
}

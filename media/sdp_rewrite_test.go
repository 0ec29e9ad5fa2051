package media

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pion/sdp/v3"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the expected parts of testdata/sdp anew")

var (
	relay4 = netip.MustParseAddr("203.0.113.9")
	relay6 = netip.MustParseAddr("2001:db8:9::9")
	origin = Origin{ID: 7, Version: 2}
)

func TestRewriteFiles(t *testing.T) {
	files, err := filepath.Glob("../testdata/sdp/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".txtar")
		t.Run(name, func(t *testing.T) { rewriteFile(t, f, name) })
	}
}

func rewriteFile(t *testing.T, file, name string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	relay := relay4
	if strings.HasSuffix(name, "-to-ipv6") {
		relay = relay6
	}
	in := bytes.ReplaceAll(section(a, "in.sdp"), []byte("\n"), []byte("\r\n"))
	e, err := Rewrite(in, relay, 30000, origin)
	if err != nil {
		t.Fatal(err)
	}
	out := bytes.ReplaceAll(e.SDP, []byte("\r\n"), []byte("\n"))
	if bytes.Count(e.SDP, []byte("\r\n")) != bytes.Count(e.SDP, []byte("\n")) {
		t.Error("a line does not end with CRLF")
	}
	if readable(in) && !readable(e.SDP) {
		t.Error("another parser reads the one that came, and not what we wrote")
	}
	said := []byte(fmt.Sprintf("remote %v\nrtcp %v\ntypes %v\ndirection %s\nptime %v\n",
		e.Description.Remote, e.Description.RTCP, e.Description.PayloadTypes,
		e.Description.Direction, e.Description.Ptime))
	if *update {
		a.Files = []txtar.File{{Name: "in.sdp", Data: section(a, "in.sdp")},
			{Name: "out.sdp", Data: out}, {Name: "description", Data: said}}
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := section(a, "out.sdp"); !bytes.Equal(out, want) {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
	if want := section(a, "description"); !bytes.Equal(said, want) {
		t.Errorf("got\n%s\nwant\n%s", said, want)
	}
}

// readable reports whether another parser reads a description. (It knows no
// m=image, so a fax offer is beyond it.)
func readable(b []byte) bool { return new(sdp.SessionDescription).Unmarshal(b) == nil }

func section(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// head is the session level of a sound description.
const head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"

// sound is a whole sound description.
const sound = head + "m=audio 5004 RTP/AVP 0\r\n"

func TestRewriteRefuses(t *testing.T) {
	tests := []struct {
		name, sdp string
		want      error
	}{
		{"nothing at all", "", ErrMalformed},
		{"a description without streams", head, ErrNoAudio},
		{"video alone", head + "m=video 5004 RTP/AVP 97\r\n", ErrNoAudio},
		{"audio that is refused", head + "m=audio 0 RTP/AVP 0\r\n", ErrNoAudio},
		{"encrypted audio alone", head + "m=audio 5004 RTP/SAVP 0\r\n", ErrProfile},
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
		{"201 lines", sound + strings.Repeat("a=x\r\n", 195), ErrTooLarge},
		{"64 KiB and one octet", head + strings.Repeat("x", 64<<10+1-len(head)), ErrTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := Rewrite([]byte(tt.sdp), relay4, 30000, origin)
			if !errors.Is(err, tt.want) || e.SDP != nil {
				t.Errorf("got %q, %v; want %v", e.SDP, err, tt.want)
			}
			if _, err := Describe([]byte(tt.sdp)); !errors.Is(err, tt.want) {
				t.Errorf("Describe: %v, want %v", err, tt.want)
			}
		})
	}
}

func TestRewriteRefusesAStreamThatNamesAnAddress(t *testing.T) {
	_, err := Rewrite([]byte(sound+"m=192.0.2.1 1 x y\r\n"), relay4, 30000, origin)
	if !errors.Is(err, ErrMalformed) {
		t.Errorf("got %v, want ErrMalformed", err)
	}
}

func TestRewriteTakes(t *testing.T) {
	const whole = "v=0\r\no=- 7 2 IN IP4 203.0.113.9\r\ns=-\r\n" +
		"c=IN IP4 203.0.113.9\r\nt=0 0\r\nm=audio 30000 RTP/AVP 0\r\n"
	tests := []struct{ name, sdp, want string }{
		{"200 lines", sound + strings.Repeat("a=x\r\n", 194), whole + strings.Repeat("a=x\r\n", 194)},
		{"line ends of LF alone", strings.ReplaceAll(sound, "\r\n", "\n"), whole},
		{"no line end at the end", strings.TrimSpace(sound), whole},
		{"empty lines at the end", sound + "\r\n\r\n", whole},
		{"an attribute with an address of its own side", sound + "a=note:192.0.2.1\r\n", whole},
		{"an a=rtcp at session level", head + "a=rtcp:9\r\n" + sound[len(head):], whole},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := Rewrite([]byte(tt.sdp), relay4, 30000, origin)
			if err != nil || string(e.SDP) != tt.want {
				t.Errorf("got %v\n%s\nwant\n%s", err, e.SDP, tt.want)
			}
		})
	}
}

func TestRewriteKeepsTheIdentityOfTheLeg(t *testing.T) {
	o := Origin{Username: "ringfence", ID: 99, Version: 3, Addr: relay6}
	e, err := Rewrite([]byte(sound), relay4, 30000, o)
	want := "v=0\r\no=ringfence 99 3 IN IP6 2001:db8:9::9\r\ns=-\r\nc=IN IP4 203.0.113.9\r\n"
	if err != nil || !strings.HasPrefix(string(e.SDP), want) {
		t.Errorf("got %v\n%s\nwant it to begin with\n%s", err, e.SDP, want)
	}
}

func TestRewriteNeedsAPlaceForTheMedia(t *testing.T) {
	tests := []struct {
		name string
		addr netip.Addr
		port int
	}{
		{"no address", netip.Addr{}, 30000},
		{"an address that means hold", netip.IPv4Unspecified(), 30000},
		{"port 0, which means refused", relay4, 0},
		{"a port with no room for RTCP above it", relay4, 65535},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Rewrite([]byte(sound), tt.addr, tt.port, origin)
			if err == nil {
				t.Error("no error")
			}
		})
	}
}

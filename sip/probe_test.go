package sip

import (
	"context"
	"net"
	"strings"
	"testing"
)

const probeAnswer = `SIP/2.0 200 OK
Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKprobe-1;received=192.0.2.1;rport=5060
From: <sip:ringfence@example.net>;tag=1
To: <sip:desk@10.0.0.5:5062>;tag=2
Call-ID: 1
CSeq: 1 OPTIONS
Content-Length: 0
`

func TestScanProbe(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string // of probeAnswer
		branch   string
		code     int
	}{
		"as it is":                      {"", "", "z9hG4bKprobe-1", 200},
		"a refusal":                     {"200 OK", "405 Method Not Allowed", "z9hG4bKprobe-1", 405},
		"no reason":                     {"200 OK", "501 ", "z9hG4bKprobe-1", 501},
		"no blank either":               {"200 OK", "501", "z9hG4bKprobe-1", 501},
		"the short name":                {"Via:", "v :", "z9hG4bKprobe-1", 200},
		"other letters and blanks":      {";branch=", " ; BRANCH = ", "z9hG4bKprobe-1", 200},
		"the branch is last":            {";branch=z9hG4bKprobe-1;received=192.0.2.1;rport=5060", ";rport=5060;branch=z9hG4bKprobe-1", "z9hG4bKprobe-1", 200},
		"a transaction's":               {"z9hG4bKprobe-1", "z9hG4bKABC", "", 0},
		"two Via":                       {"From:", "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKprobe-2\r\nFrom:", "", 0},
		"two values":                    {";rport=5060", ", SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK2", "", 0},
		"a folded Via":                  {";branch=", "\r\n ;branch=", "", 0},
		"another Via, and it in a To":   {"branch=z9hG4bKprobe-1", "x=1", "", 0},
		"no status":                     {"200", "2x0", "", 0},
		"a status out of range":         {"200", "999", "", 0},
		"a longer status":               {"200", "2000", "", 0},
		"it ends before its empty line": {"Content-Length: 0\r\n\r\n", "", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(lines(probeAnswer), c.old, c.new, 1)
			branch, code, ok := scanProbe(text)
			if ok != (c.branch != "") || ok && (branch != c.branch || code != c.code) {
				t.Errorf("found %q %d %v, want %q %d", branch, code, ok, c.branch, c.code)
			}
		})
	}
}

// What a scan takes for the answer to a probe, Parse would as well.
func FuzzScanProbe(f *testing.F) {
	f.Add(lines(probeAnswer))
	f.Add(strings.Replace(lines(probeAnswer), "Via:", "V\t:", 1))
	f.Add("SIP/2.0 100 \r\n 0;branch=z9hG4bKprobe\r\r\n\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		branch, code, ok := scanProbe(text)
		if !ok {
			return
		}
		if !strings.HasPrefix(branch, ProbeBranch) || strings.ContainsAny(branch, "\r\n; \t") || code < 100 || code > 699 {
			t.Fatalf("branch %q, code %d", branch, code)
		}
		m, err := Parse([]byte(text))
		if res, is := m.(*Response); err == nil && is && len(res.GetHeaders("Via")) == 1 {
			if res.StatusCode != code || !strings.EqualFold(res.Via().Params.GetOr("branch", ""), branch) {
				t.Errorf("scan says %q %d, Parse %q %d", branch, code, res.Via().Params.GetOr("branch", ""), res.StatusCode)
			}
		}
	})
}

func TestAnsweredHearsOfProbesAlone(t *testing.T) {
	heard := make(chan string, 4)
	s := New(Config{Workers: 1, Answered: func(branch string, code int, f Flow) {
		if heard <- strings.Clone(branch); code != 200 || f.Network != "udp" {
			t.Errorf("code %d over %s", code, f)
		}
		panic("it goes on all the same")
	}})
	defer s.Close(context.Background())
	at, err := s.Listen("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(at))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, branch := range []string{"z9hG4bKprobe-1", "z9hG4bKABC", "z9hG4bKprobe-2"} {
		if _, err := c.Write([]byte(strings.Replace(lines(probeAnswer), "z9hG4bKprobe-1", branch, 1))); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"z9hG4bKprobe-1", "z9hG4bKprobe-2"} {
		if got := <-heard; got != want {
			t.Errorf("heard %q, want %q", got, want)
		}
	}
}

package main

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestStudio(t *testing.T) {
	s, err := openStudio(t.Context(), 172)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	a, b := address(ofPhones, 1), address(ofPhones, 2)
	s.add(a, netip.AddrPortFrom(b, s.socket.port))
	s.add(b, netip.AddrPortFrom(a, s.socket.port))
	got, err := s.play(500, 100*time.Millisecond, func() {})
	if err != nil {
		t.Fatal(err)
	}
	if got.good != s.sent || got.good+s.skipped < 90 || got.good > 100 || got.quantile(.5) <= 0 || got.quantile(.5) > time.Second {
		t.Errorf("%d of %d arrived, %d skipped, p50 %s", got.good, s.sent, s.skipped, got.quantile(.5))
	}
	s.streams[1].to.Port = noMedia // where nobody is
	if got, err = s.play(500, 100*time.Millisecond, func() {}); err != nil {
		t.Fatal(err)
	}
	if d := got.failures[lost] - got.good; got.failures[lost] == 0 || d < -1 || d > 1 {
		t.Errorf("%d arrived, %s", got.good, got.whyFailed())
	}
}

func TestBencoding(t *testing.T) {
	got := string(dictionary([]byte("1 "), []pair{{"command", "offer"}, {"flags", []string{"a", "bc"}}}))
	if want := "1 d7:command5:offer5:flagsl1:a2:bcee"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for b, want := range map[string]string{
		"d6:result2:ok3:sdp4:v=0xe": "v=0x",
		"d6:result2:oke":            "",
		"d3:sdp99:v=0xe":            "",
		"d3:sdp":                    "",
	} {
		if got := string(entry([]byte(b), "sdp")); got != want {
			t.Errorf("%s: %q, want %q", b, got, want)
		}
	}
}

func TestGauges(t *testing.T) {
	got, err := readGauges(strings.NewReader(`# HELP go_goroutines Number of goroutines that currently exist.
# TYPE go_goroutines gauge
go_goroutines 91
# TYPE ringfence_calls gauge
ringfence_calls{state="ringing"} 2
ringfence_calls{state="talking"} 3
# TYPE ringfence_calls_started_total counter
ringfence_calls_started_total 100
# TYPE ringfence_phones gauge
ringfence_phones 7
# TYPE ringfence_media_ports_used gauge
ringfence_media_ports_used 1e+03
`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{"go_goroutines": 91, "ringfence_calls": 5, "ringfence_media_ports_used": 1000}
	if len(got) != len(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	before := map[string]float64{"go_goroutines": 88, "ringfence_calls": 0, "ringfence_media_ports_used": 1000}
	if list := grown(before, got, 4); !slices.Equal(list, []string{"ringfence_calls from 0 to 5"}) {
		t.Errorf("grown: %v", list)
	}
}

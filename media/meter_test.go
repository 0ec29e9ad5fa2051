package media

import (
	"encoding/binary"
	"math"
	"testing"
	"time"
)

func TestMeterCountsSequences(t *testing.T) {
	type got struct{ expected, lost, received, duplicates, late uint64 } // received: of the last source
	tests := []struct {
		name string
		seqs []uint16
		want got
	}{
		{"one packet", []uint16{7}, got{1, 0, 1, 0, 0}},
		{"a row", []uint16{7, 8, 9}, got{3, 0, 3, 0, 0}},
		{"a gap", []uint16{7, 9}, got{3, 1, 2, 0, 0}},
		{"a gap that is filled later", []uint16{7, 9, 8}, got{3, 0, 3, 0, 1}},
		{"a duplicate of the last", []uint16{7, 8, 8}, got{2, 0, 2, 1, 0}},
		{"a duplicate of an earlier one", []uint16{7, 8, 9, 7}, got{3, 0, 3, 1, 0}},
		{"round the end", []uint16{65534, 65535, 0, 1}, got{4, 0, 4, 0, 0}},
		{"a gap round the end", []uint16{65534, 1}, got{4, 2, 2, 0, 0}},
		{"late round the end", []uint16{65535, 1, 0}, got{3, 0, 3, 0, 1}},
		{"a leap of one packet alone", []uint16{7, 30000, 8}, got{2, 0, 2, 0, 0}},
		{"a leap of two: the sender began anew", []uint16{7, 8, 30000, 30001, 30002}, got{4, 0, 2, 0, 0}},
		{"many lost at once", []uint16{1, 1001}, got{1001, 999, 2, 0, 0}},
		{"later than the window, and missing", []uint16{1, 3, 83, 2}, got{83, 79, 4, 0, 1}},
		{"behind the first", []uint16{7, 6}, got{1, 0, 2, 0, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var m meter
			for i, s := range tt.seqs {
				m.count(packet{ssrc: 1, seq: s}, rtpPacket(t, 0, 1, s, ""), int64(i))
			}
			if g := (got{m.expected(), m.lost(), m.received, m.duplicates, m.late}); g != tt.want {
				t.Errorf("got %+v, want %+v", g, tt.want)
			}
		})
	}
}

func TestMeterAddsUpSources(t *testing.T) {
	var m meter
	for _, p := range []packet{{ssrc: 1, seq: 1}, {ssrc: 1, seq: 4}, {ssrc: 2, seq: 900}, {ssrc: 2, seq: 902}} {
		m.count(p, make([]byte, 12), 0)
	}
	if m.expected() != 7 || m.lost() != 3 || m.sources != 2 {
		t.Errorf("expected %d, lost %d, sources %d", m.expected(), m.lost(), m.sources)
	}
}

func TestMeterMeasuresJitter(t *testing.T) {
	// Packets of 20 ms that come alternately 4 ms early and 4 ms late: a
	// difference of 8 ms each time, to which the estimate tends.
	run := func(kind uint8, stamped func(i int) uint32) *meter {
		m := &meter{codecs: []codec{{kind: 101, rate: 8000, name: "telephone-event"}}}
		for i := range 500 {
			at := time.Duration(i)*20*time.Millisecond + time.Duration(i%2)*8*time.Millisecond
			b := make([]byte, 12)
			binary.BigEndian.PutUint32(b[4:], stamped(i))
			m.count(packet{ssrc: 1, seq: uint16(i), kind: kind}, b, int64(at))
		}
		return m
	}
	steady := func(i int) uint32 { return uint32(i) * 160 }
	if got := ms(run(0, steady).jitter>>4, 8000); math.Abs(got-8) > 0.5 {
		t.Errorf("jitter %v ms, want about 8", got)
	}
	if got := run(101, func(int) uint32 { return 160 }); got.jitter != 0 || got.voice.rate != 0 {
		t.Errorf("telephone events: %v of %+v", got.jitter, got.voice)
	}
	m := run(0, func(i int) uint32 { return steady(i) + uint32(i/250)*1<<24 })
	if got := ms(m.worst>>4, 8000); got > 10 {
		t.Errorf("a leap of the clock made %v ms", got)
	}
}

func TestMOS(t *testing.T) {
	tests := []struct {
		name     string
		codec    string
		loss     float64
		delay    time.Duration
		min, max float64
	}{
		{"G.711 undisturbed", "PCMA", 0, 20 * time.Millisecond, 4.38, 4.42},
		{"G.729 undisturbed", "G729", 0, 20 * time.Millisecond, 4.05, 4.15},
		{"G.711 with 1 % lost", "PCMA", 0.01, 20 * time.Millisecond, 4.25, 4.35},
		{"G.711 with 10 % lost", "PCMU", 0.1, 20 * time.Millisecond, 3.1, 3.4},
		{"G.711 by satellite", "PCMU", 0, 400 * time.Millisecond, 3.0, 3.4},
		{"an unknown codec", "x", 0, 20 * time.Millisecond, 4.2, 4.35},
		{"all lost", "PCMU", 1, 20 * time.Millisecond, 1, 1.7},
		{"all lost, and late", "G729", 1, 4 * time.Second, 1, 1},
		{"a loss below 0", "PCMU", -1, 0, 4.4, 4.42},
	}
	for _, tt := range tests {
		if got := mos(tt.codec, tt.loss, tt.delay); got < tt.min || got > tt.max {
			t.Errorf("%s: %v, want %v to %v", tt.name, got, tt.min, tt.max)
		}
	}
}

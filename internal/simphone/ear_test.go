package simphone

import (
	"testing"

	"github.com/pion/rtp"
)

func TestEarCounts(t *testing.T) {
	type in struct {
		ssrc uint32
		seq  uint16
		kind uint8
	}
	tests := []struct {
		name          string
		in            []in
		packets, lost int
	}{
		{"nothing", nil, 0, 0},
		{"packets in order", []in{{1, 5, 8}, {1, 6, 8}, {1, 7, 0}}, 3, 0},
		{"a gap of two", []in{{1, 5, 8}, {1, 8, 8}}, 2, 2},
		{"the wrap of the sequence number", []in{{1, 65534, 8}, {1, 65535, 8}, {1, 1, 8}}, 3, 1},
		{"one that came late", []in{{1, 5, 8}, {1, 7, 8}, {1, 6, 8}}, 3, 0},
		{"a new source begins anew", []in{{1, 5, 8}, {1, 7, 8}, {2, 900, 8}, {2, 902, 8}}, 4, 2},
		{"events and RTCP are no sound", []in{{1, 5, 101}, {1, 900, 72}, {1, 6, 8}}, 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var e ear
			for _, p := range tt.in {
				e.take(&rtp.Packet{Header: rtp.Header{
					SSRC: p.ssrc, SequenceNumber: p.seq, PayloadType: p.kind,
				}, Payload: make([]byte, frameSamples)})
			}
			h := e.heard()
			if h.Packets != tt.packets || h.Lost != tt.lost {
				t.Errorf("%d packets, %d lost; want %d, %d", h.Packets, h.Lost, tt.packets, tt.lost)
			}
			if want := tt.packets * frameSamples; len(h.samples) != want {
				t.Errorf("%d samples, want %d", len(h.samples), want)
			}
		})
	}
}

func TestEarKeepsTheLastTwoSeconds(t *testing.T) {
	var e ear
	hear := func(freq float64, seconds int) {
		v := newVoice(freq)
		for range seconds * 50 {
			e.take(&rtp.Packet{Header: rtp.Header{PayloadType: uint8(pcmu)}, Payload: v.next(pcmu)})
		}
	}
	hear(440, 3)
	hear(660, 2)
	h := e.heard()
	if len(h.samples) != memory {
		t.Errorf("%d samples, want %d", len(h.samples), memory)
	}
	if new, old := h.Strength(660), h.Strength(440); new < 0.99 || old > 0.01 {
		t.Errorf("strength of the new tone is %.3f, of the old one %.3f", new, old)
	}
}

func TestStrength(t *testing.T) {
	if s := (Heard{}).Strength(440); s != 0 {
		t.Errorf("nothing has strength %v", s)
	}
	if s := (Heard{samples: make([]int16, memory)}).Strength(440); s != 0 {
		t.Errorf("silence has strength %v", s)
	}
	half := Heard{samples: append(newVoice(440).samples, make([]int16, sampleRate)...)}
	if s := half.Strength(440); s < 0.49 || s > 0.51 {
		t.Errorf("a tone for half of the time has strength %v", s)
	}
	other := Heard{samples: newVoice(460).samples}
	if s := other.Strength(440); s > 0.01 {
		t.Errorf("a tone 20 Hz off has strength %v", s)
	}
}

package media

import (
	"testing"

	"github.com/pion/rtp"
)

func TestParsePackets(t *testing.T) {
	tests := []struct {
		name      string
		bytes     []byte
		rtp, rtcp bool
	}{
		{"RTP", rtpPacket(t, 8, 77, 1, "x"), true, false},
		{"RTP with a marker", append([]byte{0x80, 0x88}, make([]byte, 10)...), true, false},
		{"a sender report", append([]byte{0x80, 200}, make([]byte, 26)...), false, true},
		{"the last type of RTCP", append([]byte{0x80, 223}, make([]byte, 10)...), false, true},
		{"the type above RTCP", append([]byte{0x80, 224}, make([]byte, 10)...), true, false},
		{"version 1", append([]byte{0x40, 0}, make([]byte, 10)...), false, false},
		{"STUN", append([]byte{0, 1}, make([]byte, 18)...), false, false},
		{"one octet less than a header", append([]byte{0x80, 0}, make([]byte, 9)...), false, false},
		{"a keepalive of CRLF", []byte("\r\n"), false, false},
		{"nothing", nil, false, false},
		{"what fills the buffer", append([]byte{0x80, 0}, make([]byte, maxPacket-2)...), false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, ok := parseRTP(tt.bytes); ok != tt.rtp {
				t.Errorf("RTP: %v, want %v", ok, tt.rtp)
			}
			if _, ok := parseRTCP(tt.bytes); ok != tt.rtcp {
				t.Errorf("RTCP: %v, want %v", ok, tt.rtcp)
			}
		})
	}
}

func TestParseRTPReadsTheHeader(t *testing.T) {
	got, ok := parseRTP(rtpPacket(t, 101, 0xdeadbeef, 65535, "x"))
	if want := (packet{ssrc: 0xdeadbeef, seq: 65535, kind: 101}); !ok || got != want {
		t.Errorf("got %+v, %v; want %+v", got, ok, want)
	}
}

// rtpPacket makes an RTP packet.
func rtpPacket(t testing.TB, kind uint8, ssrc uint32, seq uint16, payload string) []byte {
	t.Helper()
	p := rtp.Packet{Payload: []byte(payload), Header: rtp.Header{
		Version: 2, PayloadType: kind, SSRC: ssrc, SequenceNumber: seq,
	}}
	b, err := p.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

package media

import (
	"net/netip"
	"reflect"
	"testing"
	"time"
)

func TestDescribe(t *testing.T) {
	const audio = "m=audio 5004 RTP/AVP 8 0 101\r\n"
	// Each case says in what it differs from the plain one.
	plain := func(*Description) {}
	at := func(rtp, rtcp string) func(*Description) {
		return func(d *Description) { d.Remote, d.RTCP = addrPort(rtp), addrPort(rtcp) }
	}
	flows := func(way Direction) func(*Description) {
		return func(d *Description) { d.Direction = way }
	}
	tests := []struct {
		name, sdp string
		differs   func(*Description)
	}{
		{"the address of the session", head + audio, plain},
		{"the address of the stream wins", head + audio + "c=IN IP4 192.0.2.9\r\n",
			at("192.0.2.9:5004", "192.0.2.9:5005")},
		{"the address of another stream does not count",
			head + "m=video 6000 RTP/AVP 97\r\nc=IN IP4 192.0.2.8\r\n" + audio, plain},
		{"a mapped address is its IPv4", head + audio + "c=IN IP6 ::ffff:192.0.2.1\r\n", plain},
		{"RTCP on a port of its own", head + audio + "a=rtcp:7000\r\n",
			at("192.0.2.1:5004", "192.0.2.1:7000")},
		{"RTCP at an address of its own", head + audio + "a=rtcp:7000 IN IP6 2001:db8::1\r\n",
			at("192.0.2.1:5004", "[2001:db8::1]:7000")},
		{"the direction of the session", head + "a=recvonly\r\n" + audio, flows(RecvOnly)},
		{"the direction of the stream wins",
			head + "a=recvonly\r\n" + audio + "a=sendonly\r\n", flows(SendOnly)},
		{"the wanted length of a packet", head + audio + "a=ptime:30\r\n",
			func(d *Description) { d.Ptime = 30 * time.Millisecond }},
		{"a length that is no number does not count", head + audio + "a=ptime:long\r\n", plain},
		{"a count of ports does not count", head + "m=audio 5004/2 RTP/AVP 8 0 101\r\n", plain},
		{"a refused stream is passed over", head + "m=audio 0 RTP/AVP 9\r\n" + audio, plain},
		{"an encrypted stream, where there is no plain one", head + "m=audio 5004 RTP/SAVP 8 0 101\r\na=sendonly\r\n",
			func(d *Description) { d.Encrypted, d.Direction = true, SendOnly }},
		{"a plain stream wins", head + "m=audio 7000 RTP/SAVP 8\r\n" + audio, plain},
		{"a hold in the old way is inactive",
			head + audio + "c=IN IP4 0.0.0.0\r\na=sendrecv\r\n",
			func(d *Description) {
				at("0.0.0.0:5004", "0.0.0.0:5005")(d)
				flows(Inactive)(d)
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := Description{
				Remote:       netip.MustParseAddrPort("192.0.2.1:5004"),
				RTCP:         netip.MustParseAddrPort("192.0.2.1:5005"),
				PayloadTypes: []uint8{8, 0, 101},
				Direction:    SendRecv,
			}
			tt.differs(&want)
			got, err := Describe([]byte(tt.sdp))
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, %v\nwant %+v", got, err, want)
			}
		})
	}
}

// head is the session level of a sound description.
const head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"

// sound is a whole sound description.
const sound = head + "m=audio 5004 RTP/AVP 0\r\n"

package simphone

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ringfence/media"
	"ringfence/sip"
)

// attach puts a session description into a message.
func attach(m sip.Message, sdp []byte) {
	m.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	m.SetBody(sdp)
}

// events is the payload type of RFC 4733 that we offer. We send none.
const events = 101

// offer describes our audio for a peer that may choose from all we speak.
func (a *audio) offer() []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.describe([]string{a.stream("RTP/AVP", media.SendRecv, pcma, pcmu)})
}

// accept takes the answer to our offer. The error wraps ErrNoAudio.
func (a *audio) accept(answer []byte) error {
	p, _, err := readPeer(answer)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.peer = p
	return nil
}

// respond takes an offer and gives our answer; to no offer it gives ours. The
// error wraps ErrNoAudio.
func (a *audio) respond(offer []byte) ([]byte, error) {
	if len(offer) == 0 {
		return a.offer(), nil
	}
	p, d, err := readPeer(offer)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.peer = p
	// RFC 3264 section 6: as many streams as offered, in their order. Ours is
	// the one that media.Describe read, the first audio that is not refused.
	var streams []string
	taken := false
	for _, m := range offered(offer) {
		if !taken && m.isAudio() {
			taken = true
			streams = append(streams, a.stream(m.profile, mirror(d.Direction), p.codec))
			continue
		}
		streams = append(streams, m.refused())
	}
	return a.describe(streams), nil
}

// readPeer finds where the peer hears, and the first of its codecs that is one
// of ours.
func readPeer(sdp []byte) (peer, media.Description, error) {
	d, err := media.Describe(sdp)
	if err != nil {
		return peer{}, d, fmt.Errorf("%w: %w", ErrNoAudio, err)
	}
	if d.Encrypted {
		return peer{}, d, errors.Join(ErrNoAudio, errEncrypted)
	}
	i := slices.IndexFunc(d.PayloadTypes, func(t uint8) bool { return codec(t).known() })
	if i < 0 {
		return peer{}, d, errors.Join(ErrNoAudio, errCodec)
	}
	p := peer{codec: codec(d.PayloadTypes[i])}
	if d.Direction == media.SendRecv || d.Direction == media.RecvOnly {
		p.addr = d.Remote
	}
	return p, d, nil
}

var (
	errCodec     = errors.New("neither PCMA nor PCMU")
	errEncrypted = errors.New("nothing but SRTP")
)

// mirror is the direction that answers one (RFC 3264 section 6.1).
func mirror(d media.Direction) media.Direction {
	switch d {
	case media.SendOnly:
		return media.RecvOnly
	case media.RecvOnly:
		return media.SendOnly
	}
	return d
}

// stream is our audio, with the codecs in order of preference.
func (a *audio) stream(profile string, d media.Direction, codecs ...codec) string {
	var b strings.Builder
	fmt.Fprintf(&b, "m=audio %d %s", a.addr.Port(), profile)
	for _, c := range codecs {
		fmt.Fprintf(&b, " %d", c)
	}
	fmt.Fprintf(&b, " %d\r\n", events)
	for _, c := range codecs {
		fmt.Fprintf(&b, "a=rtpmap:%d %s/%d\r\n", c, c, sampleRate)
	}
	fmt.Fprintf(&b, "a=rtpmap:%d telephone-event/%d\r\na=fmtp:%d 0-16\r\n", events, sampleRate, events)
	fmt.Fprintf(&b, "a=ptime:%d\r\na=%s\r\n", frame.Milliseconds(), d)
	return b.String()
}

// describe is a session description with these streams. Each has the next
// version (RFC 3264 section 8).
func (a *audio) describe(streams []string) []byte {
	a.version++
	family := "IP6"
	if a.addr.Addr().Is4() {
		family = "IP4"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "v=0\r\no=- %d %d IN %s %s\r\n", a.ssrc, a.version, family, a.addr.Addr())
	fmt.Fprintf(&b, "s=-\r\nc=IN %s %s\r\nt=0 0\r\n", family, a.addr.Addr())
	for _, s := range streams {
		b.WriteString(s)
	}
	return b.Bytes()
}

// mline is the m= line of a stream that was offered (RFC 8866 section 5.14).
type mline struct{ kind, port, profile, formats string }

func offered(sdp []byte) []mline {
	var all []mline
	for line := range strings.Lines(string(sdp)) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "m=")
		if f := strings.SplitN(rest, " ", 4); ok && len(f) == 4 {
			all = append(all, mline{f[0], f[1], f[2], f[3]})
		}
	}
	return all
}

func (m mline) isAudio() bool {
	return m.kind == "audio" && m.port != "0" && (m.profile == "RTP/AVP" || m.profile == "RTP/AVPF")
}

func (m mline) refused() string {
	return fmt.Sprintf("m=%s 0 %s %s\r\n", m.kind, m.profile, m.formats)
}

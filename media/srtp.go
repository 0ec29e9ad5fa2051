package media

import (
	"encoding/binary"
	"sync"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// crypt is one direction of an SRTP session (RFC 3711): the RTP and RTCP of
// one medium that are sealed, or opened, with one key.
type crypt struct {
	mu      sync.Mutex // guards all below; the RTP and RTCP ports may be read by two threads
	context *srtp.Context
	header  rtp.Header
	sources [2]uint8 // how many SSRCs there are, of RTP and of RTCP
}

// maxSources is how many SSRCs a key may see. Each has a state that cannot be
// forgotten without the danger of using a key stream twice, and whoever sends
// chooses them.
const maxSources = 64

// replayWindow is how far behind the newest a packet may come (RFC 3711
// section 3.3.2: at least 64).
const replayWindow = 128

func newCrypt(k keys) (*crypt, error) {
	options := []srtp.ContextOption{srtp.SRTPReplayProtection(replayWindow), srtp.SRTCPReplayProtection(replayWindow)}
	if len(k.mki) > 0 {
		options = append(options, srtp.MasterKeyIndicator(k.mki))
	}
	s := suites[k.suite]
	c, err := srtp.CreateContext(k.material[:s.key], k.material[s.key:s.key+s.salt], s.profile, options...)
	if err != nil {
		return nil, err
	}
	return &crypt{context: c}, nil
}

// open decrypts a packet in its place. It is false for what was sealed with
// another key, has come before, or has been changed on the way.
func (c *crypt) open(b []byte, control bool) (plain []byte, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.known(b, control)
	if !known && c.sources[index(control)] >= maxSources {
		return nil, false
	}
	var err error
	if control {
		plain, err = c.context.DecryptRTCP(b, b, nil)
	} else {
		plain, err = c.context.DecryptRTP(b, b, &c.header)
	}
	if err != nil {
		return nil, false
	}
	if !known { // only now, since an SSRC that nobody vouches for costs nothing
		c.sources[index(control)]++
	}
	return plain, true
}

// seal encrypts a packet in its place; the buffer has room for its tail.
func (c *crypt) seal(b []byte, control bool) (sealed []byte, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.known(b, control) {
		if c.sources[index(control)] >= maxSources {
			return nil, false
		}
		c.sources[index(control)]++
	}
	var err error
	if control {
		sealed, err = c.context.EncryptRTCP(b, b, nil)
	} else {
		sealed, err = c.context.EncryptRTP(b, b, &c.header)
	}
	return sealed, err == nil
}

// known reports whether the context has a state for the packet's source.
func (c *crypt) known(b []byte, control bool) (ok bool) {
	if control {
		_, ok = c.context.Index(binary.BigEndian.Uint32(b[4:]))
	} else {
		_, ok = c.context.ROC(binary.BigEndian.Uint32(b[8:]))
	}
	return ok
}

func index(control bool) int {
	if control {
		return 1
	}
	return 0
}

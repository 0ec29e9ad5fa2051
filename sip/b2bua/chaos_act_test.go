package b2bua

import (
	"fmt"
	"math/rand/v2"
	"time"

	"ringfence/sip"
)

// live does something now and then, until the end.
func (c *chat) live() {
	i := c.i
	i.after(i.upTo(i.storm.tempo), func() {
		if c.over || !c.up || i.storm.calm.Load() {
			return
		}
		switch p := i.rng.Float64(); {
		case p < 0.2:
			c.reinvite(i.chance(0.2))
		case p < 0.28:
			c.update()
		case p < 0.33:
			c.info()
		case p < 0.45:
			c.refer(sip.NewHeader("Refer-To", "<sip:"+i.storm.numbers[i.rng.IntN(len(i.storm.numbers))]+"@ringfence.test>"))
		case p < 0.62:
			c.attend()
		case p < 0.74:
			c.bye()
		case p < 0.75: // switched off and on again
			c.up, c.over, c.gone = false, true, true
		case p < 0.78:
			c.i.request(c.dialog.NewRequest(sip.OPTIONS), func(*sip.Response, error) {})
		case p < 0.9:
			c.mischief()
		}
		c.live()
	})
}

func (c *chat) bye() {
	if c.over || c.dialog == nil {
		return
	}
	c.up, c.over = false, true
	c.i.request(c.dialog.NewRequest(sip.BYE), func(*sip.Response, error) {})
}

// reinvite makes an offer, or asks for one.
func (c *chat) reinvite(late bool) {
	i := c.i
	if c.mine > 0 || c.theirs > 0 {
		return
	}
	c.mine++
	req := c.dialog.NewRequest(sip.INVITE)
	sdp := i.sdp()
	if late {
		sdp = c.said
	} else {
		body(req, sdp)
	}
	var acked *sip.Request
	final := false
	mute := i.chance(0.02)
	tx := i.request(req, func(res *sip.Response, err error) {
		switch {
		case res == nil:
			if !final { // the server may think otherwise
				c.mine, c.unsure = c.mine-1, true
			}
		case res.IsProvisional():
		case !res.IsSuccess():
			c.mine, final = c.mine-1, true
			if res.StatusCode >= 300 && res.StatusCode < 400 || res.StatusCode >= 600 && res.StatusCode != 603 {
				i.complain(c, "re-INVITE got %d", res.StatusCode)
			}
		case final:
			if acked != nil {
				_ = i.flow().Send(acked)
			}
		default:
			c.mine, final = c.mine-1, true
			c.said, c.heard = sdp, sip.SDP(res)
			c.unsure = c.unsure || mute
			c.dialog.Refresh(res)
			if sip.SDP(res) == nil {
				i.complain(c, "2xx to a re-INVITE without a description")
			}
			ack := c.dialog.NewACK(req)
			if late {
				body(ack, sdp)
			}
			if mute {
				return
			}
			i.after(i.pause(), func() {
				ack.PrependHeader(i.stack.Via(i.flow()))
				acked = ack
				_ = i.flow().Send(ack)
			})
		}
	})
	if i.chance(0.2) && tx != nil {
		i.after(i.upTo(4*chaosT1), func() { _ = tx.Cancel() })
	}
}

func (c *chat) update() {
	d := c.dialog
	if d == nil {
		d = c.early
	}
	if d == nil || c.over {
		return
	}
	req := d.NewRequest(sip.UPDATE)
	var sdp []byte
	if c.i.chance(0.7) && c.mine == 0 && c.theirs == 0 {
		c.mine++
		sdp = c.i.sdp()
		body(req, sdp)
	}
	final := false
	c.i.request(req, func(res *sip.Response, err error) {
		if sdp != nil && !final && (res == nil || res.StatusCode >= 200) {
			c.mine, final, c.unsure = c.mine-1, true, c.unsure || res == nil
			if res != nil && res.IsSuccess() {
				c.said, c.heard = sdp, sip.SDP(res)
			}
		}
		if res != nil && res.IsSuccess() && (sip.SDP(req) == nil) != (sip.SDP(res) == nil) {
			c.i.complain(c, "2xx to an UPDATE answers not what was asked")
		}
	})
}

func (c *chat) info() {
	req := c.dialog.NewRequest(sip.INFO)
	req.AppendHeader(contentType("application/dtmf-relay"))
	req.SetBody([]byte("Signal=5\r\nDuration=160\r\n"))
	c.i.request(req, func(*sip.Response, error) {})
}

// attend transfers to whom another dialog is with: one of its own, or any.
func (c *chat) attend() {
	i := c.i
	target := ""
	for _, other := range i.chats {
		d := other.dialog
		if d == nil {
			d = other.early
		}
		if other != c && !other.over && d != nil {
			target = fmt.Sprintf("%s;to-tag=%s;from-tag=%s", d.CallID, d.RemoteTag, d.LocalTag)
			break
		}
	}
	switch {
	case target == "" && i.chance(0.7):
		i.dial(i.storm.numbers[i.rng.IntN(len(i.storm.numbers))]) // the call to ask
		return
	case target == "" || i.chance(0.1):
		target = i.storm.someDialog(i.rng)
	}
	if i.chance(0.1) {
		target += ";early-only"
	}
	c.refer(referTo("103", target))
}

func (c *chat) refer(to sip.Header) {
	i := c.i
	req := c.dialog.NewRequest(sip.REFER)
	req.AppendHeader(to)
	if i.chance(0.1) {
		req.AppendHeader(sip.NewHeader("Refer-Sub", "false"))
	}
	i.request(req, func(*sip.Response, error) {})
	if i.chance(0.3) {
		i.after(i.upTo(80*time.Millisecond), c.bye)
	}
}

// addDialog makes a dialog known to all, for whoever wants to replace it.
func (s *storm) addDialog(d string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dialogs = append(s.dialogs, d)
}

// someDialog is one of the last.
func (s *storm) someDialog(rng *rand.Rand) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.dialogs) == 0 {
		return ""
	}
	n := min(len(s.dialogs), 8)
	return s.dialogs[len(s.dialogs)-1-rng.IntN(n)]
}

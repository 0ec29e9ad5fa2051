package b2bua

import (
	"fmt"
	"time"

	"ringfence/sip"
)

// dial calls a number.
func (i *imp) dial(number string) {
	i.dials++
	c := &chat{i: i, id: fmt.Sprintf("call-of-%s-%d", i.name, i.dials), caller: true, mute: i.chance(0.04)}
	i.chats[c.id] = c
	req := sip.NewRequest(sip.INVITE, sip.URI{Scheme: "sip", User: number, Host: "127.0.0.1", Port: int(i.storm.w.at.Port())})
	id, hops := sip.CallIDHeader(c.id), sip.MaxForwardsHeader(70)
	for _, h := range []sip.Header{
		&sip.FromHeader{Address: sip.URI{Scheme: "sip", User: i.phone.Username, Host: "ringfence.test"}, Params: sip.Params{{K: "tag", V: "tag-" + c.id}}},
		&sip.ToHeader{Address: sip.URI{Scheme: "sip", User: number, Host: "ringfence.test"}},
		&id, &hops, &sip.CSeqHeader{SeqNo: 7, MethodName: sip.INVITE},
		&sip.ContactHeader{Address: i.stack.Contact(i.flow(), "secret-of-"+i.name)},
		sip.NewHeader("User-Agent", "secret-of-"+i.name),
		sip.NewHeader("Allow", i.allow()),
	} {
		req.AppendHeader(h)
	}
	if i.chance(0.4) {
		req.AppendHeader(sip.NewHeader("Supported", "100rel"))
	}
	if i.chance(0.06) {
		if d := i.storm.someDialog(i.rng); d != "" {
			req.AppendHeader(sip.NewHeader("Replaces", d))
		}
	}
	late := i.chance(0.1)
	if !late {
		c.said = i.sdp()
		body(req, c.said)
	}
	c.invite = req
	c.client = i.request(req, func(res *sip.Response, err error) { c.answered(res, err, late) })
	if i.chance(0.3) {
		i.after(i.upTo(120*time.Millisecond), c.giveUp)
	}
	if i.storm.weather.late == 0 && i.chance(0.1) { // else it may come first
		i.after(i.upTo(4*chaosT1), c.onceMore)
	}
	if i.chance(0.2) {
		c.impatience()
	}
}

func (i *imp) allow() string {
	if i.rng.IntN(3) == 0 {
		return "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, PRACK, REFER, NOTIFY"
	}
	return "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, PRACK, UPDATE, REFER, NOTIFY"
}

// giveUp takes an INVITE back, by CANCEL or by a BYE on the early dialog.
func (c *chat) giveUp() {
	switch {
	case c.over || c.up || c.client == nil:
	case c.early != nil && c.i.chance(0.15):
		c.byed = true
		c.i.request(c.early.NewRequest(sip.BYE), func(*sip.Response, error) {})
	default:
		_ = c.client.Cancel()
	}
}

// answered takes what comes to the INVITE of a new call.
func (c *chat) answered(res *sip.Response, err error, late bool) {
	i := c.i
	switch {
	case res == nil:
		if !c.up { // no final response came
			c.over = true
		}
	case res.StatusCode == 100:
	case res.IsProvisional():
		c.provisional(res)
	case res.IsSuccess():
		if c.dialog != nil {
			if toTag(res) != c.dialog.RemoteTag {
				i.complain(c, "two 2xx with different tags")
			}
			if c.acked != nil {
				_ = i.flow().Send(c.acked)
			}
			return
		}
		c.established(res, late)
	default:
		c.over = true
	}
}

func (c *chat) provisional(res *sip.Response) {
	if c.early == nil {
		c.early, _ = sip.UACDialog(c.invite, res)
	}
	rseq, reliable := sip.RSeqOf(res)
	if !reliable || c.early == nil {
		return
	}
	if c.i.chance(0.03) {
		return // it never comes
	}
	req := c.early.NewRequest(sip.PRACK)
	req.AppendHeader(sip.RAck{RSeq: rseq, CSeq: 7, Method: sip.INVITE}.Header())
	if sdp := sip.SDP(res); sdp != nil && !c.agreed {
		c.agreed, c.heard = true, sdp
	}
	c.i.after(c.i.upTo(2*chaosT1), func() { c.i.request(req, func(*sip.Response, error) {}) })
	if c.i.chance(0.1) {
		c.i.after(c.i.upTo(5*chaosT1), c.update)
	}
}

func (c *chat) established(res *sip.Response, late bool) {
	i := c.i
	d, err := sip.UACDialog(c.invite, res)
	if err != nil {
		i.complain(c, "2xx makes no dialog: %v", err)
		return
	}
	if c.early != nil {
		d.LocalSeq = max(d.LocalSeq, c.early.LocalSeq)
		d.RemoteSeq = c.early.RemoteSeq
	}
	c.dialog = d
	c.up, c.over = !c.byed, c.byed
	if sip.SDP(res) == nil && !c.agreed {
		i.complain(c, "2xx without a description")
	}
	if !c.agreed {
		c.heard = sip.SDP(res)
	}
	ack := d.NewACK(c.invite)
	switch {
	case late && i.chance(0.05):
		c.unsure = true
	case late:
		c.said = i.sdp()
		body(ack, c.said)
	}
	if !c.mute {
		i.after(i.pause(), func() {
			ack.PrependHeader(i.stack.Via(i.flow()))
			c.acked = ack
			_ = i.flow().Send(ack)
		})
	}
	i.storm.addDialog(fmt.Sprintf("%s;to-tag=%s;from-tag=%s", d.CallID, d.RemoteTag, d.LocalTag))
	c.live()
}

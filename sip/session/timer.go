package session

import (
	"time"

	"ringfence/sip"
)

// timer is the session timer (RFC 4028) of a leg.
type timer struct {
	interval time.Duration // agreed upon; before that, what we ask for
	min      time.Duration // ours, or a longer one that a 422 wanted
	running  bool
	ours     bool // to refresh
	raised   int  // 422s to one refresh
	expires  time.Time
	alarm    alarm
}

// role is the refresher of a request of ours; before anything is agreed upon the
// peer chooses.
func (t *timer) role() string {
	switch {
	case !t.running:
		return ""
	case t.ours:
		return "uac"
	}
	return "uas"
}

// ask puts our wish into a request (sections 7.1, 7.4).
func (t *timer) ask(c *Config, hs []sip.Header, role string) []sip.Header {
	if !c.timed() {
		return hs
	}
	want := max(t.interval, c.interval(), t.min)
	if t.running {
		want = t.interval
	}
	return append(hs, sip.SessionTimer{Interval: want, Refresher: role}.Header(), minSE(t.min))
}

func minSE(d time.Duration) sip.Header {
	return sip.NewHeader("Min-SE", sip.SessionTimer{Interval: d}.Value())
}

// raise takes the Min-SE of a 422 (section 7.4); one that wants no more than we
// have asked for is no reason to ask again.
func (t *timer) raise(res *sip.Response) bool {
	m := sip.MinSEOf(res)
	if m <= t.min && m <= t.interval {
		return false
	}
	t.min = max(t.min, m)
	t.interval = max(t.interval, m)
	return true
}

// tooShort is the 422 of a request that wants less than we take; only who knows
// session timers understands it (section 9).
func (t *timer) tooShort(c *Config, req *sip.Request) *sip.Response {
	st, given := sip.SessionTimerOf(req)
	if !c.timed() || !given || st.Interval >= c.minSE() || !sip.HasToken(req, "Supported", "timer") {
		return nil
	}
	return sip.Reply(req, 422, "Session Interval Too Small", minSE(c.minSE()))
}

// granted takes what the 2xx to our INVITE, re-INVITE or UPDATE says (section
// 7.2). A peer that knows no session timers is asked by us alone.
func (t *timer) granted(l *Leg, res *sip.Response) {
	if !l.cfg.timed() {
		return
	}
	st, given := sip.SessionTimerOf(res)
	t.ours = !given || st.Refresher != "uas"
	if given {
		t.interval = max(st.Interval, l.cfg.minSE())
	}
	t.start(l)
}

// grant decides as the UAS (section 9) and says so in the 2xx. Who asks to refresh
// does; else we do.
func (t *timer) grant(l *Leg, req *sip.Request, ts []sip.Text) []sip.Text {
	if !l.cfg.timed() {
		return ts
	}
	st, given := sip.SessionTimerOf(req)
	t.interval = max(l.cfg.interval(), l.cfg.minSE())
	if given {
		t.interval = min(t.interval, st.Interval)
	}
	t.interval = max(t.interval, sip.MinSEOf(req), l.cfg.minSE())
	t.ours = st.Refresher != "uac" || !sip.HasToken(req, "Supported", "timer")
	agreed := sip.SessionTimer{Interval: t.interval, Refresher: "uas"}
	if !t.ours {
		agreed.Refresher = "uac"
		ts = append(ts, sip.Text{Name: "Require", Value: "timer"})
	}
	t.start(l)
	return append(ts, sip.Text{Name: "Session-Expires", Value: agreed.Value()})
}

// start counts anew: to half of the interval for who refreshes, else until a
// little before its end (section 10).
func (t *timer) start(l *Leg) {
	t.running, t.raised = true, 0
	whole := l.cfg.lasting(t.interval)
	t.expires = l.cfg.now().Add(whole)
	l.flow.Keep(whole) // else a connection that nobody is registered on would end in the call
	if t.ours {
		l.after(&t.alarm, whole/2, l.refresh)
		return
	}
	l.after(&t.alarm, whole-t.margin(l), l.expire)
}

// margin is how long before the end a BYE is due: the less of 32 s and a third.
func (t *timer) margin(l *Leg) time.Duration {
	return min(l.cfg.lasting(32*time.Second), l.cfg.lasting(t.interval)/3)
}

// refresh keeps the session: by UPDATE, or by a re-INVITE that says what was said
// before (section 7.4).
func (l *Leg) refresh() {
	switch {
	case l.state != answered:
	case l.PeerAllows(sip.UPDATE):
		hs := l.timer.ask(l.cfg, l.cfg.introduce(nil, l.cfg.supported()), "uac")
		l.ask(l.dialog, l.dialog.NewRequest(sip.UPDATE, hs...), l.refreshed)
	case l.turn.mine != nil || l.turn.local == nil || !l.free():
		l.refreshLater()
	default:
		l.turn.mine = &reoffer{sdp: l.turn.local, refresh: true, on: func(_ []byte, f *Failure) {
			if f != nil {
				l.refreshLater()
			}
		}}
		l.next()
	}
}

// refreshed is the answer to an UPDATE. An error that does not end the dialog
// leaves time until the session expires.
func (l *Leg) refreshed(res *sip.Response, err error) {
	if l.state != answered {
		return
	}
	t := &l.timer
	switch {
	case res == nil || res.StatusCode == 408 || res.StatusCode == 481:
		l.judge(sip.UPDATE, res, err)
		l.refreshLater()
	case res.StatusCode < 300:
		l.retarget(l.dialog, res)
		t.granted(l, res)
	case res.StatusCode == 422 && t.raised < maxRaises && t.raise(res):
		t.raised++
		l.refresh()
	case res.StatusCode == 405 || res.StatusCode == 501:
		l.forbid(sip.UPDATE)
		if l.turn.local == nil { // we cannot say it again, but somebody is there
			t.start(l)
			return
		}
		l.refresh()
	default:
		l.refreshLater()
	}
}

// refreshLater tries again when half of the time that is left has passed.
func (l *Leg) refreshLater() {
	if l.state != answered {
		return
	}
	t := &l.timer
	left := t.expires.Sub(l.cfg.now())
	if left <= t.margin(l) {
		l.expire()
		return
	}
	l.after(&t.alarm, min(left/2, left-t.margin(l)), l.refresh)
}

// expire ends a session that nobody has refreshed (section 10).
func (l *Leg) expire() {
	if l.state != answered {
		return
	}
	why := sip.Reason{Protocol: "SIP", Cause: 408, Text: "Session Timer Expired"}
	l.hangUp([]sip.Header{why.Header()})
	l.end(End{Cause: Expired})
}

package b2bua

import (
	"fmt"
	"strings"
	"sync"

	"ringfence/media"
	"ringfence/phone"
)

// ghosts compares what the imps believe with what the server knows, when all is
// quiet: both must mean the same calls.
func (s *storm) ghosts() (bad []string) {
	believed := map[string]bool{}
	for _, c := range s.chats() {
		d := c.dialog
		if !c.up || c.over || c.mute || d == nil {
			continue
		}
		believed[c.id] = true
		l := s.w.sw.table.Find(c.id, d.RemoteTag)
		if l == nil {
			bad = append(bad, fmt.Sprintf("ghost: %s believes to be in call %s, of which the server has no leg", c.i.name, c.id))
			continue
		}
		e := l.Owner().(*end)
		s.in(e.box, func() {
			if e.call == nil {
				bad = append(bad, fmt.Sprintf("ghost: %s believes to be in call %s, which has ended", c.i.name, c.id))
			} else if !l.Answered() || e.over || e.call.stage != talking {
				bad = append(bad, fmt.Sprintf("ghost: %s believes to be in call %s; the server: leg answered %v, end over %v, stage %d of %s",
					c.i.name, c.id, l.Answered(), e.over, e.call.stage, e.call.id))
			} else if !c.unsure && !c.glared && (mouth(c.said) != mouth(e.said) || mouth(c.heard) != mouth(e.told)) {
				bad = append(bad, fmt.Sprintf("%s in call %s has said %s and heard %s; the server thinks %s and %s (call %s)",
					c.i.name, c.id, mouth(c.said), mouth(c.heard), mouth(e.said), mouth(e.told), e.call.id))
			}
		})
	}
	for _, c := range s.w.sw.running() {
		s.in(c.mailbox, func() { bad = append(bad, s.believes(c, believed)...) })
	}
	return bad
}

// believes says what is wrong with a call that runs.
func (s *storm) believes(c *call, believed map[string]bool) (bad []string) {
	complain := func(format string, args ...any) {
		bad = append(bad, fmt.Sprintf("call %s: ", c.id)+fmt.Sprintf(format, args...))
	}
	if c.stage != talking {
		complain("is in stage %d for ever", c.stage)
	}
	if c.leaving != nil || c.coming != nil {
		complain("is being transferred for ever: leaving %s; coming %s", c.leaving.state(), c.coming.state())
	}
	for n, e := range c.ends {
		switch {
		case e == nil || e.leg == nil:
			complain("end %d is nobody's", n)
		case !e.leg.Answered() || e.over:
			complain("end %d (%s): answered %v, over %v", n, e.leg.CallID(), e.leg.Answered(), e.over)
		case !believed[e.leg.CallID()]:
			complain("end %d (%s) has a phone that is in no call", n, e.leg.CallID())
		}
	}
	return bad
}

// mouth is where a description wants media, and in which direction.
func mouth(sdp []byte) string {
	d, err := media.Describe(sdp)
	if err != nil {
		return "nothing"
	}
	return d.Remote.String() + " " + string(d.Direction)
}

// in runs f in a mailbox and waits for it.
func (s *storm) in(m *mailbox, f func()) {
	var done sync.WaitGroup
	done.Add(1)
	m.Do(func() {
		defer done.Done()
		f()
	})
	done.Wait()
}

// chats are copies of all that the imps believe.
func (s *storm) chats() (all []chat) {
	for _, i := range s.imps {
		s.in(&i.box, func() {
			for _, c := range i.chats {
				all = append(all, *c)
			}
		})
	}
	return all
}

// remains is what is left when all calls have ended.
func (s *storm) remains() (bad []string) {
	w := s.w
	s.until("transactions end", func() bool {
		st := w.stack.Stats()
		return st.ServerTx == 0 && st.ClientTx == 0 && w.sw.table.Len() == 0
	})
	complain := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	if n := w.sw.Calls(); n != 0 {
		complain("%d calls are left", n)
	}
	if n := w.sw.table.Len(); n != 0 {
		complain("%d legs are left: %s", n, s.legs())
	}
	if st := w.stack.Stats(); st.ServerTx+st.ClientTx+int(st.Panics) != 0 {
		complain("transactions are left: %d server, %d client; %d panics", st.ServerTx, st.ClientTx, st.Panics)
	}
	if n := len(w.sw.busy); n != 0 {
		complain("%d phones are busy", n)
	}
	if st := w.engine.Stats(); st.Ports.Used != 0 || st.Streams != 0 {
		complain("media are left: %+v", st)
	}
	if l := w.outside; l.begun != l.over {
		complain("%d calls began to count and %d ended", l.begun, l.over)
	}
	for _, c := range s.chats() {
		if c.up && !c.over {
			complain("ghost at the end: %s believes to be in call %s (caller %v, mute %v)", c.i.name, c.id, c.caller, c.mute)
		}
	}
	return bad
}

func (s *storm) legs() string {
	var ids []string
	for _, c := range s.chats() {
		if d := c.dialog; d != nil && s.w.sw.table.Find(c.id, d.RemoteTag) != nil {
			ids = append(ids, c.i.name+" "+c.id)
		}
	}
	return strings.Join(ids, ", ")
}

// records holds the call records against the events.
func (s *storm) records() (bad []string) {
	complain := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	started, over, recorded := map[phone.ID]int{}, map[phone.ID]int{}, map[phone.ID]int{}
	for _, e := range s.w.data {
		switch id := e.Call.Call; e.Type {
		case phone.CallStarted:
			started[id]++
		case phone.CallEnded:
			over[id]++
		}
	}
	for _, r := range s.w.cdrs.all() {
		recorded[r.ID]++
		if started[r.ID] == 0 {
			complain("record of call %s, which never started", r.ID)
		}
		if r.TerminatedReason == "" || r.Ended.Before(r.Started) || !r.Answered.IsZero() && r.Answered.After(r.Ended) {
			complain("record makes no sense: %+v", r)
		}
		for n, l := range r.Legs {
			if l.Ended.IsZero() || l.Ended.Before(l.Started) || l.Reason == "" || l.ID == "" {
				complain("call %s: leg %d of the record makes no sense: %+v", r.ID, n, l)
			}
		}
	}
	for id, n := range started {
		if n != 1 || over[id] != 1 || recorded[id] != 1 {
			complain("call %s: %d times started, %d ended, %d recorded", id, n, over[id], recorded[id])
		}
	}
	return bad
}

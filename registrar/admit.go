package registrar

import (
	"context"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/door"
)

// Where a phone has to wait for its fence, and others for it.

// admissions bounds the phones whose fences are being locked at a time.
const admissions = 256

// admit waits for the fence in a goroutine of its own: it has to be locked to the
// phone's address, which is for the store. That happens once in a phone's life.
func (r *Registrar) admit(s *shard, e *entry, j *job, out *sip.Mail) {
	select {
	case r.admissions <- struct{}{}:
	default:
		s.stats.Crowded++
		s.tidy(e)
		refuse(503, "Service Unavailable", retryAfter).answer(j, out)
		return
	}
	s.begin(e)
	j = j.keep(r)
	r.admitting.Go(func() {
		defer func() { <-r.admissions }()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		res := r.Door.Admit(ctx, j.who, j.f, phone.ViaRegister)
		r.admitted(s, e, j, res)
	})
}

// admitted goes on with a phone whose fence has been judged, and with those of
// its requests that have waited for that.
func (r *Registrar) admitted(s *shard, e *entry, j *job, res door.Result) {
	var out sip.Mail
	s.mu.Lock()
	next := s.end(e)
	s.tidy(e)
	s.mu.Unlock()
	if j.admitted = true; res == door.Proven {
		r.bind(j, &out)
	} else {
		r.Door.Answer(&out, j.o, j.f, res)
	}
	r.resume(next, &out)
	out.Send()
}

// resume serves those that have waited for another request of their phone. The
// phone is looked up again: it may have changed meanwhile.
func (r *Registrar) resume(waited []*job, out *sip.Mail) {
	for _, j := range waited {
		now, still := r.Door.Again(j.who)
		if !still {
			r.Door.Answer(out, j.o, j.f, door.Refused)
			continue
		}
		j.who = now
		r.bind(j, out)
	}
}

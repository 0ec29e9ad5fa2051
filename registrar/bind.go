package registrar

import (
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/door"
)

// bind is steps 6 to 8 against the bindings that there are. While one REGISTER of
// a phone waits for the disk or for its fence, the others wait for it.
func (r *Registrar) bind(j *job, out *sip.Mail) {
	if !j.admitted {
		// The fence is judged here, but closed only when all else is well.
		res, decided := r.Door.Glance(j.who, j.f, phone.ViaRegister)
		if decided && res != door.Proven {
			r.Door.Answer(out, j.o, j.f, res)
			return
		}
		j.admitted = decided
	}
	s := r.table.shard(j.who.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entry(j.who.ID, j.who.Customer)
	switch {
	case e.work != nil && len(e.work.waiting) >= crowd, len(s.batch.waiting) >= maxWaiting:
		s.stats.Crowded++
		s.tidy(e)
		refuse(503, "Service Unavailable", retryAfter).answer(j, out)
		return
	case e.work != nil:
		e.work.waiting = append(e.work.waiting, j.keep(r))
		return
	}
	now := r.Now()
	if r.expire(s, e, now.UnixMilli()) {
		e = s.entry(j.who.ID, j.who.Customer) // again: with its last binding an entry goes
	}
	// Step 7: the order of requests, by Call-ID and CSeq.
	p := &j.planner
	err := r.plan(s, e, j, now)
	switch {
	case err != nil:
		s.tidy(e)
		refuse(500, "Server Internal Error").answer(j, out) // no word of CSeq: SIPp would take the phrase for the header
	case !j.admitted:
		r.admit(s, e, j, out)
	case !p.changes():
		s.tidy(e)
		b, _ := r.ok(out.Room(), j, e.records, now)
		out.Post(j.o.Answering(j.f), b)
	default:
		r.keep(s, e, j, p.plan(), now, out)
	}
}

// keep hands a plan and its answer to the journal. Without one it holds at once.
func (r *Registrar) keep(s *shard, e *entry, j *job, p plan, now time.Time, out *sip.Mail) {
	wait := pending{e: e, plan: p, epoch: e.epoch, shrunk: e.shrunk, flow: j.f, to: j.o.Answering(j.f)}
	if r.Journal == nil {
		b, _ := r.ok(out.Room(), j, p.next, now)
		out.Post(wait.to, b)
		r.effect(s, &wait)
		return
	}
	b := s.batch
	wait.from = len(b.text)
	b.text, wait.head = r.ok(b.text, j, p.next, now)
	wait.end = len(b.text)
	b.log = p.log(b.log, e)
	b.waiting = append(b.waiting, wait)
	s.begin(e)
	e.work.pending = p.next
	if s.table.waiting.Add(1) == plenty {
		ring(s.table.plenty)
	}
	ring(s.table.wake)
}

// log writes the plan for the journal.
func (p *plan) log(b []byte, e *entry) []byte {
	if len(p.next) == 1 && len(e.records) == 1 && onlyTimes(&e.records[0], &p.next[0]) {
		return appendRefresh(b, e.id, 0, &p.next[0])
	}
	return appendSet(b, e.id, p.next)
}

// plan works out what the job makes of the phone's records.
func (r *Registrar) plan(s *shard, e *entry, j *job, now time.Time) error {
	j.order.endBy(j.who.Until, now)
	p := &j.planner
	p.order, p.callID, p.cseq = &j.order, j.o.CallID, j.o.CSeq
	j.shard, j.now = s, now
	like := record{transport: transportOf(j.f.Network), remote: j.f.Remote}
	if err := p.apply(e.records, r.MaxContacts, &like); err != nil {
		return err
	}
	p.retire(&j.who)
	return nil
}

// keep is the job for after the call, when the request is somebody else's buffer.
func (j *job) keep(r *Registrar) *job {
	kept := r.newJob()
	kept.o, kept.f, kept.who = j.o.Clone(), j.f, j.who
	kept.order.read(r, kept.o, kept.f) // which found nothing to refuse
	return kept
}

const retryAfter = "Retry-After: 5"

// crowd bounds who waits for one phone. A phone in order never comes near it.
const crowd = 8

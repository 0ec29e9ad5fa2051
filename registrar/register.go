package registrar

import (
	"context"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/door"
)

// job is one REGISTER on its way.
type job struct {
	o        *sip.Outline
	f        sip.Flow
	who      phone.Identity
	order    order
	planner  planner
	admitted bool // the fence has let it in, and was locked for it

	// For the planner, which makes records of it.
	shard *shard
	now   time.Time
}

func (r *Registrar) newJob() *job {
	j := &job{}
	j.planner.make = func(c *contact, old *record) record { return r.record(j.shard, j, c, old, j.now) }
	return j
}

// Serve answers one REGISTER on the flow that it came on: into out, when nothing
// changes, else when the change is durable. It does not block and keeps nothing
// of o.
func (r *Registrar) Serve(o *sip.Outline, f sip.Flow, out *sip.Mail) {
	j, _ := r.jobs.Get().(*job)
	if j == nil {
		j = r.newJob()
	}
	j.o, j.f, j.admitted = o, f, false
	if r.register(j, out) {
		j.o, j.who = nil, phone.Identity{}
		r.jobs.Put(j)
	}
}

// register is RFC 3261 section 10.3 by its numbers, up to the contacts. It is
// false when the job was kept.
func (r *Registrar) register(j *job, out *sip.Mail) (done bool) {
	o := j.o
	// Step 1: is the Request-URI of a domain of ours? We are no proxy, so
	// there is nowhere to send it on to.
	switch {
	case !isSIP(&o.URI):
		return refuse(416, "Unsupported URI Scheme").answer(j, out)
	case !r.serves(o.URI.Host):
		return refuse(404, "Not Found").answer(j, out)
	}
	// Step 2: extensions that we do not have (8.2.2.3).
	if len(o.Require) > 0 {
		if tags := unknown(o); tags != "" {
			return refuse(420, "Bad Extension", "Unsupported: "+tags).answer(j, out)
		}
	}
	// Step 3: who is it?
	who, res := r.Door.Authenticate(o, j.f)
	if res != door.Proven {
		r.Door.Answer(out, o, j.f, res)
		return true
	}
	j.who = who
	// Step 4: may it change this address of record? A phone has its own only.
	if user := o.To.URI.User; user != who.Login && unescape(user) != who.Login {
		return refuse(403, "Forbidden").answer(j, out)
	}
	// Step 5: is there such an address of record?
	if !isSIP(&o.To.URI) || !r.serves(o.To.URI.Host) {
		return refuse(404, "Not Found").answer(j, out)
	}
	// Steps 6 and 7, as far as the request alone can be judged.
	if refused := j.order.read(r, o, j.f); refused.code != 0 {
		return refused.answer(j, out)
	}
	return r.bind(j, out)
}

func (x refusal) answer(j *job, out *sip.Mail) (done bool) {
	j.o.Answer(out, j.f, x.code, x.reason, x.lines...)
	return true
}

// bind is steps 6 to 8 against the bindings that there are. While one REGISTER of
// a phone waits for the disk or for its fence, the others wait for it. It is
// false when the job was kept.
func (r *Registrar) bind(j *job, out *sip.Mail) (done bool) {
	if !j.admitted {
		// The fence is judged here, but closed only when all else is well.
		res, decided := r.Door.Glance(j.who, j.f, phone.ViaRegister)
		if decided && res != door.Proven {
			r.Door.Answer(out, j.o, j.f, res)
			return true
		}
		j.admitted = decided
	}
	s := r.table.shard(j.who.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entry(j.who.ID, j.who.Customer)
	switch {
	case e.busy && e.waiting.len() >= crowd, len(s.batch.waiting) >= maxWaiting:
		s.stats.Crowded++
		s.tidy(e)
		return refuse(503, "Service Unavailable", retryAfter).answer(j, out)
	case e.busy:
		e.waiting = e.waiting.add(j.keep(r))
		return false
	}
	now := r.Now()
	r.expire(s, e, now.UnixMilli())
	// Step 7: the order of requests, by Call-ID and CSeq.
	p := &j.planner
	err := r.plan(s, e, j, now)
	switch {
	case err != nil:
		s.tidy(e)
		return refuse(500, "Server Internal Error").answer(j, out) // no word of CSeq: SIPp would take the phrase for the header
	case !j.admitted:
		return r.admit(s, e, j, out)
	case !p.changes():
		s.tidy(e)
		b, _ := r.ok(out.Room(), j, e.records, now)
		out.Post(j.o.Answering(j.f), b)
		return true
	}
	r.keep(s, e, j, p.plan(), now, out)
	return true
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
	e.busy, e.pending = true, p.next
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

// admissions bounds the phones whose fences are being locked at a time.
const admissions = 256

// admit waits for the fence in a goroutine of its own: it has to be locked to the
// phone's address, which is for the store. That happens once in a phone's life.
func (r *Registrar) admit(s *shard, e *entry, j *job, out *sip.Mail) (done bool) {
	select {
	case r.admissions <- struct{}{}:
	default:
		s.stats.Crowded++
		s.tidy(e)
		return refuse(503, "Service Unavailable", retryAfter).answer(j, out)
	}
	e.busy = true
	j = j.keep(r)
	r.admitting.Go(func() {
		defer func() { <-r.admissions }()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		res := r.Door.Admit(ctx, j.who, j.f, phone.ViaRegister)
		r.admitted(s, e, j, res)
	})
	return false
}

// admitted goes on with a phone whose fence has been judged, and with those of
// its requests that have waited for that.
func (r *Registrar) admitted(s *shard, e *entry, j *job, res door.Result) {
	var out sip.Mail
	s.mu.Lock()
	next := e.waiting.all()
	e.busy, e.waiting = false, nil
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

// keep is a job that outlives its call.
func (j *job) keep(r *Registrar) *job {
	kept := r.newJob()
	kept.o, kept.f, kept.who = j.o.Clone(), j.f, j.who
	kept.order.read(r, kept.o, kept.f) // which found nothing to refuse
	return kept
}

const retryAfter = "Retry-After: 5"

// crowd bounds who waits for one phone. A phone in order never comes near it.
const crowd = 8

// queue is who waits. The nil queue is empty.
type queue struct{ jobs []*job }

func (q *queue) len() int {
	if q == nil {
		return 0
	}
	return len(q.jobs)
}

func (q *queue) all() []*job {
	if q == nil {
		return nil
	}
	return q.jobs
}

func (q *queue) add(j *job) *queue {
	if q == nil {
		q = &queue{}
	}
	q.jobs = append(q.jobs, j)
	return q
}

func isSIP(u *sip.Spot) bool { return u.Scheme == "sip" || u.Scheme == "sips" }

// serves says whether a host is of a domain of ours; see the package comment.
func (r *Registrar) serves(host string) bool {
	if len(host) == len(r.Domain) && strings.EqualFold(host, r.Domain) {
		return true
	}
	if cut := len(host) - len(r.Domain); cut > 0 && host[cut-1] == '.' && strings.EqualFold(host[cut:], r.Domain) {
		return true
	}
	_, ip := literal(host)
	return ip
}

// literal reads a host that is an IP address.
func literal(host string) (netip.Addr, bool) {
	if host == "" || host[0] != '[' && !(host[0] >= '0' && host[0] <= '9') && !strings.Contains(host, ":") {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return a, err == nil
}

// unescape brings a user part into the one form that is compared (10.3 step 5).
// What is badly escaped stays as it is, and fits no username.
func unescape(user string) string {
	if !strings.Contains(user, "%") {
		return user
	}
	if s, err := url.PathUnescape(user); err == nil {
		return s
	}
	return user
}

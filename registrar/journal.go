package registrar

import (
	"context"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

// Journal is a log on disk of what changes.
type Journal interface {
	// AppendBindings adds an entry, durably when it returns, and gives its number;
	// numbers rise. With an error nothing was added.
	AppendBindings(ctx context.Context, entry []byte) (number int64, err error)
	// TrimBindings drops the entries up to and with a number.
	TrimBindings(ctx context.Context, upTo int64) error
}

// batch is what one shard has for the journal's next entry.
type batch struct {
	log     []byte     // changes
	text    []byte     // answers that wait for it
	soiled  []phone.ID // phones that were dirty
	waiting []pending
}

// pending is a REGISTER whose answer waits for the journal.
type pending struct {
	e      *entry
	plan   plan
	epoch  uint16
	shrunk uint16
	flow   sip.Flow // of the request
	to     sip.Flow // of the answer

	from, head, end int // of text: the answer, and where what is its own begins
}

// maxWaiting bounds the REGISTERs of one shard that wait for the disk.
const maxWaiting = 4096

func (b *batch) reset() {
	clear(b.waiting)
	b.log, b.text, b.soiled, b.waiting = b.log[:0], b.text[:0], b.soiled[:0], b.waiting[:0]
	if cap(b.text) > 1<<20 {
		*b = batch{}
	}
}

// commit writes what waits, in one entry, puts it into effect and sends the
// answers. It says whether all went well.
func (r *Registrar) commit(ctx context.Context) bool {
	r.committing.Lock()
	defer r.committing.Unlock()
	if r.Journal == nil {
		r.table.clean()
		return true
	}
	entry := append(r.entry[:0], journalVersion)
	var took [len(r.table.shards)]*batch
	for i := range r.table.shards {
		s := &r.table.shards[i]
		s.mu.Lock()
		s.soil()
		took[i] = s.batch
		s.batch = s.spare
		s.spare = nil
		s.mu.Unlock()
		entry = append(entry, took[i].log...)
		r.table.waiting.Add(-int64(len(took[i].waiting)))
	}
	var err error
	if len(entry) > 1 {
		err = r.write(ctx, entry)
	}
	for i := range took {
		r.settle(&r.table.shards[i], took[i], err)
	}
	r.out.Send()
	if r.entry = entry; cap(entry) > 1<<20 {
		r.entry = nil
	}
	if err != nil {
		r.Log.Error("registrations not kept", "error", err)
		return false
	}
	return r.compact(ctx) == nil
}

func (r *Registrar) write(ctx context.Context, entry []byte) error {
	// Who stops the server lets what is under way come to its end.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	n, err := r.Journal.AppendBindings(ctx, entry)
	if err == nil {
		r.compaction.last = n
		r.compaction.grown += len(entry)
	}
	return err
}

// clean forgets what there is no disk for.
func (t *table) clean() {
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		clear(s.dirty)
		s.mu.Unlock()
	}
}

// soil adds the phones that have lost something without a REGISTER.
func (s *shard) soil() {
	for id := range s.dirty {
		var rs []record
		if e := s.phones[id]; e != nil {
			rs = e.latest()
		}
		s.batch.log = appendSet(s.batch.log, id, rs)
		s.batch.soiled = append(s.batch.soiled, id)
	}
	clear(s.dirty)
}

// latest is what the journal has of the phone, or will have next.
func (e *entry) latest() []record {
	if e.work != nil && e.work.pending != nil {
		return e.work.pending
	}
	return e.records
}

// settle puts what is durable into effect; after an error it is forgotten, and
// the disk brought in line with memory later (RFC 3261 10.3 step 7: all or
// nothing).
func (r *Registrar) settle(s *shard, b *batch, err error) {
	var next []*job
	s.mu.Lock()
	if err != nil {
		for _, id := range b.soiled {
			s.dirty[id] = struct{}{}
		}
	}
	for i := range b.waiting {
		p := &b.waiting[i]
		next = append(next, s.end(p.e)...)
		text := b.text[p.from:p.end]
		switch {
		case err != nil:
			s.stats.Faults++
			s.dirty[p.e.id] = struct{}{}
			r.reject(p, b, "500 Server Internal Error", retryAfter+"\r\n")
		case p.epoch != p.e.epoch:
			s.mark(p.e.id)
			r.reject(p, b, "403 Forbidden", "")
		default:
			r.effect(s, p)
			r.out.Post(p.to, append(r.out.Room(), text...))
		}
		s.tidy(p.e)
	}
	b.reset()
	s.spare = b
	s.mu.Unlock()
	r.resume(next, &r.out)
}

// effect makes a plan the phone's records.
func (r *Registrar) effect(s *shard, p *pending) {
	rs := p.plan.next
	if p.shrunk != p.e.shrunk {
		rs = p.plan.without(p.e.records)
		s.mark(p.e.id) // the journal has been told of more
	}
	r.announce(p.e, rs)
	came := r.Came != nil && len(p.e.records) == 0 && len(rs) > 0
	s.put(p.e, rs)
	if came {
		r.Came(p.e.id)
	}
	if p.plan.refreshed {
		r.happened(s, p.e, &step{event: phone.PhoneRefreshed, record: &p.plan.next[len(p.plan.next)-1]})
	}
	for i := range p.plan.steps {
		r.happened(s, p.e, &p.plan.steps[i])
	}
	r.hold(p.flow, &p.plan)
	if !p.flow.Open() { // it closed before the records were there to be dropped
		at := routeOf(p.flow)
		r.drop(s, p.e, phone.PhoneUnregistered, byConnection, func(x *record) bool { return x.route() == at })
	}
}

// without is what there will be when some of what was to be kept has gone
// meanwhile in another way, expired or with its connection: that stays gone.
func (p *plan) without(now []record) []record {
	var rs []record
	for i := range p.next {
		still := i >= p.kept
		for j := range now {
			still = still || now[j] == p.next[i]
		}
		if still {
			rs = append(rs, p.next[i])
		}
	}
	return rs
}

// hold keeps the connection of what was bound for as long as it is: a call must
// find it open.
func (r *Registrar) hold(f sip.Flow, p *plan) {
	if f.Network == "udp" {
		return
	}
	for i := p.kept; i < len(p.next); i++ {
		f.Keep(time.Duration(p.next[i].expires-p.next[i].registered)*time.Millisecond + patience)
	}
}

// reject posts another answer than the 200 that was written: the same head with
// another status.
func (r *Registrar) reject(p *pending, b *batch, status, lines string) {
	const ok = "SIP/2.0 200 OK"
	answer := append(r.out.Room(), "SIP/2.0 "...)
	answer = append(append(answer, status...), b.text[p.from+len(ok):p.head]...)
	r.out.Post(p.to, sip.End(append(answer, lines...)))
}

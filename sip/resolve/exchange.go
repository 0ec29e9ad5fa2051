package resolve

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// lookUp finds the records of a name, in memory or by asking. Who asks for what
// is being asked for waits for that answer.
func (r *Resolver) lookUp(ctx context.Context, name string, kind uint16) ([]dns.RR, error) {
	q := question{name, kind}
	for {
		if rs, err := r.cache.fresh(name, kind); !errors.Is(err, errUnknown) {
			return rs, err
		}
		e, mine := r.errand(q)
		if mine {
			r.run(ctx, q, e)
			return e.rs, e.err
		}
		select {
		case <-e.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if !errors.Is(e.err, context.Canceled) && !errors.Is(e.err, context.DeadlineExceeded) {
			return e.rs, e.err
		} // who asked gave up; we have not
	}
}

// errand is the one that is on its way with a question, or a new one.
func (r *Resolver) errand(q question) (e *errand, mine bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.asking[q]; e != nil {
		return e, false
	}
	e = &errand{done: make(chan struct{})}
	r.asking[q] = e
	return e, true
}

func (r *Resolver) run(ctx context.Context, q question, e *errand) {
	e.rs, e.err = r.fetch(ctx, q)
	r.mu.Lock()
	delete(r.asking, q)
	r.mu.Unlock()
	close(e.done)
}

// fetch asks and remembers. A host without a dot is looked for in the search
// domains first, as others on this machine do.
func (r *Resolver) fetch(ctx context.Context, q question) ([]dns.RR, error) {
	var last error
	for _, name := range r.candidates(q) {
		a, err := r.askAll(ctx, question{name, q.kind})
		switch {
		case err != nil:
			last = err
		case a.err == nil || name == q.name:
			r.cache.put(q, a)
			return a.records, a.err
		}
	}
	if a, ok := r.cache.stale(q); ok {
		return a.records, a.err
	}
	return nil, last
}

func (r *Resolver) candidates(q question) []string {
	var names []string
	if (q.kind == dns.TypeA || q.kind == dns.TypeAAAA) && strings.Count(q.name, ".") == 1 {
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, domain := range r.search {
			names = append(names, q.name+dns.Fqdn(domain))
		}
	}
	return append(names, q.name)
}

// askAll asks one server after another until one knows.
func (r *Resolver) askAll(ctx context.Context, q question) (answer, error) {
	m := new(dns.Msg).SetQuestion(q.name, q.kind)
	m.SetEdns0(payload, false)
	r.mu.Lock()
	servers := r.servers
	r.mu.Unlock()
	err := errServers
	for range rounds {
		for _, server := range servers {
			if ctx.Err() != nil {
				return answer{}, ctx.Err()
			}
			res, failed := r.Exchange(ctx, m.Copy(), server)
			switch {
			case failed != nil:
				err = fmt.Errorf("%w: %w", errServers, failed)
			case !answers(res, q):
				err = fmt.Errorf("%w: %s", errServers, dns.RcodeToString[res.Rcode])
			default:
				return r.read(res, q), nil
			}
		}
	}
	r.reread()
	return answer{}, err
}

// answers says whether it is an answer to the question, be it that there is none.
func answers(res *dns.Msg, q question) bool {
	return len(res.Question) == 1 && res.Question[0].Qtype == q.kind && strings.EqualFold(res.Question[0].Name, q.name) &&
		(res.Rcode == dns.RcodeSuccess || res.Rcode == dns.RcodeNameError)
}

// read takes the records of the name and of what it is an alias of.
func (r *Resolver) read(res *dns.Msg, q question) answer {
	var a answer
	name, ttl := q.name, maxTTL
	for range maxAliases {
		alias := ""
		for _, rr := range res.Answer {
			h := rr.Header()
			if !strings.EqualFold(h.Name, name) {
				continue
			}
			cname, is := rr.(*dns.CNAME)
			switch {
			case h.Rrtype == q.kind:
				a.records = append(a.records, rr)
			case is:
				alias = cname.Target
			default:
				continue
			}
			ttl = min(ttl, time.Duration(h.Ttl)*time.Second)
		}
		if len(a.records) > 0 || alias == "" {
			break
		}
		name = alias
	}
	if len(a.records) == 0 {
		a.err, ttl = ErrNotFound, min(nothingFor(res), maxNoTTL)
	}
	a.expires = r.Now().Add(max(ttl, minTTL))
	return a
}

// nothingFor is how long an answer without records holds (RFC 2308 section 5).
func nothingFor(res *dns.Msg) time.Duration {
	for _, rr := range res.Ns {
		if soa, ok := rr.(*dns.SOA); ok {
			return time.Duration(min(soa.Hdr.Ttl, soa.Minttl)) * time.Second
		}
	}
	return time.Minute
}

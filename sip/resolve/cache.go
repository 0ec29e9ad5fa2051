package resolve

import (
	"sync"
	"time"

	"github.com/miekg/dns"
)

// How long answers are kept, whatever they say.
const (
	minTTL   = 5 * time.Second
	maxTTL   = 24 * time.Hour
	maxNoTTL = 5 * time.Minute // of an answer that there is nothing (RFC 2308)
	failTTL  = 5 * time.Second // before servers that failed are asked again
	maxStale = 24 * time.Hour  // RFC 8767 section 5 allows days
)

// question is what an answer is kept by.
type question struct {
	name string
	kind uint16
}

// answer is what DNS has said.
type answer struct {
	records []dns.RR
	err     error // ErrNotFound
	expires time.Time
	retry   time.Time // servers have failed: not asked before
}

// cache keeps answers. What is looked up comes from the trunks' settings and
// from what DNS says of them, but neither has a bound of its own.
type cache struct {
	now  func() time.Time
	most int

	mu sync.Mutex // guards what follows
	by map[question]answer
}

func newCache(now func() time.Time, most int) *cache {
	return &cache{now: now, most: most, by: map[question]answer{}}
}

// fresh gives an answer that still holds, or, when the servers have just failed,
// one that held until lately.
func (c *cache) fresh(name string, kind uint16) ([]dns.RR, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok := c.by[question{name, kind}]
	now := c.now()
	if !ok || !now.Before(a.expires) && !now.Before(a.retry) {
		return nil, errUnknown
	}
	return a.records, a.err
}

// stale gives an answer that held until lately, when asking has failed.
func (c *cache) stale(q question) (answer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok := c.by[q]
	now := c.now()
	if !ok || now.Sub(a.expires) > maxStale {
		return answer{}, false
	}
	a.retry = now.Add(failTTL)
	c.by[q] = a
	return a, true
}

func (c *cache) put(q question, a answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, there := c.by[q]; !there && len(c.by) >= c.most {
		c.makeRoom()
	}
	c.by[q] = a
}

// none notes that there is nothing, where the servers would not say.
func (c *cache) none(q question) {
	c.put(q, answer{err: ErrNotFound, expires: c.now().Add(time.Minute)})
}

// makeRoom forgets what has expired, or else anything.
func (c *cache) makeRoom() {
	now := c.now()
	for q, a := range c.by {
		if !now.Before(a.expires) {
			delete(c.by, q)
		}
	}
	for q := range c.by {
		if len(c.by) < c.most {
			return
		}
		delete(c.by, q)
	}
}

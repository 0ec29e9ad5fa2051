package b2bua

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"ringfence/phone"
)

const (
	memberTime = 20 * time.Second // how long one member of a queue rings before the next
	queueRest  = 5 * time.Second  // before a queue rings its members again
	maxQueue   = 2 * time.Hour    // in a queue that lets its calls wait without end
)

// ringGroup rings all phones of a group's members. Forwards of its members are
// not followed: the group was called, not one of them.
func (c *call) ringGroup(g *phone.Group) {
	c.cdr.Callee.Name = cmp.Or(c.cdr.Callee.Name, g.Name)
	c.ring.of = nil
	var all []target
	how := nobodyThere
	for _, id := range g.Members {
		var why *outcome
		if all, why = c.member(id, all); why != nil && rank[why] > rank[how] {
			how = why
		}
	}
	c.ringAll([][]target{all}, how, c.RingTimeout)
}

// member adds the phones of a member, or says why there are none.
func (c *call) member(id phone.ID, targets []target) ([]target, *outcome) {
	x := c.Book.Extension(id)
	if x == nil {
		return targets, nobodyThere
	}
	return c.phonesOf(x, targets)
}

// ringAll rings one stage after the other; empty ones are left out.
func (c *call) ringAll(stages [][]target, how *outcome, each time.Duration) {
	r := c.ring
	stages = slices.DeleteFunc(stages, func(s []target) bool { return len(s) == 0 })
	if len(stages) == 0 {
		c.unreached(how)
		return
	}
	r.patience, r.next = each, stages[1:]
	c.fork(stages[0])
}

// waiting is a call in a queue.
type waiting struct {
	queue *phone.Queue
	until time.Time
}

// enqueue lets the call wait until a member of the queue answers.
func (c *call) enqueue(q *phone.Queue) {
	c.cdr.Callee.Name = cmp.Or(c.cdr.Callee.Name, q.Name)
	wait := maxQueue
	if q.MaxWaitTime > 0 {
		wait = time.Duration(q.MaxWaitTime) * time.Second
	}
	c.ring.of, c.ring.wait = nil, &waiting{q, c.Now().Add(wait)}
	if !c.ring.told {
		c.ring.told = true
		c.tell(182, "Queued", nil)
	}
	c.ringQueue()
}

// ringQueue rings the members once through, as the queue's strategy says.
func (c *call) ringQueue() {
	q := c.ring.wait.queue
	members := slices.Clone(q.Members)
	c.tally.order(q, members)
	if len(members) > 0 {
		c.tally.rang(members[:1]) // the next call's turn begins behind it
	}
	stages := make([][]target, 1, len(members)+1)
	for _, m := range members {
		if q.Strategy != "CONCURRENT" {
			stages = append(stages, nil)
		}
		last := len(stages) - 1
		stages[last], _ = c.member(m.Extension, stages[last])
	}
	each := memberTime
	if q.Strategy == "CONCURRENT" {
		each = c.RingTimeout
	}
	c.ringAll(stages, nobodyCame, each)
}

// turnTime is how long those that ring now may do so: in a queue, no longer than the
// call may wait. At 0 it is over.
func (c *call) turnTime() time.Duration {
	r := c.ring
	if r.wait == nil {
		return r.patience
	}
	return max(0, min(r.patience, r.wait.until.Sub(c.Now())))
}

// requeue rings the members of the queue anew after a rest. It is false when the
// call waits in no queue, or no longer.
func (c *call) requeue() bool {
	w := c.ring.wait
	if w == nil {
		return false
	}
	left := w.until.Sub(c.Now())
	if left <= 0 {
		return false
	}
	c.after(min(queueRest, left), func() {
		if c.Now().Before(w.until) {
			c.ringQueue()
			return
		}
		c.end(nobodyCame)
	})
	return true
}

// order sorts members so that the first is rung first: those of the highest
// priority before the others, and among them by the strategy.
func (t *tally) order(q *phone.Queue, members []phone.QueueMember) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch q.Strategy {
	case "RANDOM":
		rand.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	case "ROUND_ROBIN":
		slices.SortStableFunc(members, func(a, b phone.QueueMember) int { return cmp.Compare(t.of(a).rung, t.of(b).rung) })
	case "LONGEST_IDLE":
		slices.SortStableFunc(members, func(a, b phone.QueueMember) int { return t.of(a).ended.Compare(t.of(b).ended) })
	case "LEAST_CALLS":
		slices.SortStableFunc(members, func(a, b phone.QueueMember) int { return cmp.Compare(t.of(a).calls, t.of(b).calls) })
	}
	slices.SortStableFunc(members, func(a, b phone.QueueMember) int { return cmp.Compare(b.Priority, a.Priority) })
}

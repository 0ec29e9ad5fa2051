package webhook

import (
	"sync"
	"time"

	"ringfence/internal/retry"
	"ringfence/phone"
)

// lane is what goes to one webhook, one delivery after the other: a slow
// receiver holds up nobody but itself.
type lane struct {
	hook     *phone.Webhook
	due      time.Time // when to look for its next delivery; zero: nothing waits
	resting  time.Time // not before this
	failures int       // in a row
	busy     bool      // a sender is with it
	enough   func()    // ends the lane's wish for events
}

// at is when the lane wants a sender; zero for not at all.
func (l *lane) at() time.Time {
	switch {
	case l.busy || l.due.IsZero() || !l.hook.Enabled:
		return time.Time{}
	case l.resting.After(l.due):
		return l.resting
	}
	return l.due
}

// lanes are all of them.
type lanes struct {
	news chan struct{} // holds one when a lane may be due earlier than it was
	wish func([]phone.EventType) (enough func())

	mu         sync.Mutex // guards the rest
	byID       map[phone.ID]*lane
	byCustomer map[phone.ID]map[phone.ID]*lane
	sending    map[phone.ID]int // senders that are with a customer's lanes, also with deleted ones
}

func newLanes(wish func([]phone.EventType) (enough func())) lanes {
	return lanes{
		news: make(chan struct{}, 1), wish: wish, byID: map[phone.ID]*lane{}, byCustomer: map[phone.ID]map[phone.ID]*lane{}, sending: map[phone.ID]int{},
	}
}

// put adds a webhook or changes it. A changed one gets its chance at once.
func (ls *lanes) put(hook *phone.Webhook) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.byID[hook.ID]
	if l == nil {
		l = &lane{enough: func() {}}
		ls.byID[hook.ID] = l
		if ls.byCustomer[hook.Customer] == nil {
			ls.byCustomer[hook.Customer] = map[phone.ID]*lane{}
		}
		ls.byCustomer[hook.Customer][hook.ID] = l
	}
	l.enough()
	if l.hook, l.enough = hook, func() {}; hook.Enabled {
		l.enough = ls.wish(hook.Types)
	}
	l.failures, l.resting = 0, time.Time{}
	ls.tell()
}

func (ls *lanes) remove(hook *phone.Webhook) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if l := ls.byID[hook.ID]; l != nil {
		l.enough()
	}
	delete(ls.byID, hook.ID)
	of := ls.byCustomer[hook.Customer]
	delete(of, hook.ID)
	if len(of) == 0 {
		delete(ls.byCustomer, hook.Customer)
	}
}

// wanting are the webhooks that want an event.
func (ls *lanes) wanting(e phone.Event) (hooks []*phone.Webhook) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, l := range ls.byCustomer[e.Customer] {
		if l.hook.Wants(e) {
			hooks = append(hooks, l.hook)
		}
	}
	return hooks
}

// due says that something waits for a webhook, to be looked for at this time.
func (ls *lanes) due(id phone.ID, at time.Time) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if l := ls.byID[id]; l != nil {
		l.hasten(at)
		ls.tell()
	}
}

// wake ends a webhook's rest.
func (ls *lanes) wake(id phone.ID) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if l := ls.byID[id]; l != nil {
		l.resting = time.Time{}
		ls.tell()
	}
}

func (l *lane) hasten(at time.Time) {
	if l.due.IsZero() || at.Before(l.due) {
		l.due = at
	}
}

// take gives out the webhook that has waited longest, if one is due; else it
// says when the next one is, zero for not yet known. Who takes one releases it.
// A customer who has all the senders that it may have waits for one of them.
func (ls *lanes) take(now time.Time) (hook *phone.Webhook, next time.Time) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	var first *lane
	for _, l := range ls.byID {
		at := l.at()
		if at.IsZero() || ls.sending[l.hook.Customer] >= sendersOne {
			continue
		}
		if first == nil || at.Before(first.at()) {
			first = l
		}
	}
	switch {
	case first == nil:
		return nil, time.Time{}
	case first.at().After(now):
		return nil, first.at()
	}
	// What is enqueued from here on sets it again.
	first.busy, first.due = true, time.Time{}
	ls.sending[first.hook.Customer]++
	return first.hook, time.Time{}
}

// release gives a webhook back. again is when to look for its next delivery,
// zero for when something comes.
func (ls *lanes) release(hook *phone.Webhook, again time.Time) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if ls.sending[hook.Customer]--; ls.sending[hook.Customer] == 0 {
		delete(ls.sending, hook.Customer)
	}
	ls.tell() // also where it was deleted meanwhile: others of the customer may wait
	l := ls.byID[hook.ID]
	if l == nil {
		return
	}
	l.busy = false
	if !again.IsZero() {
		l.hasten(again)
	}
}

// attempted notes how an attempt went, and lets a webhook that fails rest.
func (ls *lanes) attempted(id phone.ID, ok bool, now time.Time) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.byID[id]
	switch {
	case l == nil:
	case ok:
		l.failures, l.resting = 0, time.Time{}
	default:
		l.failures++
		l.resting = now.Add(retry.Rest(l.failures))
	}
}

func (ls *lanes) count() int {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	return len(ls.byID)
}

// tell is called with the mutex held.
func (ls *lanes) tell() {
	select {
	case ls.news <- struct{}{}:
	default: // it is told already
	}
}

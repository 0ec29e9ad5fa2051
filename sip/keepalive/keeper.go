package keepalive

import (
	"hash/maphash"
	"math/rand/v2"
	"sync"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

// Config is what a Keeper is made of. What has no default must be set.
type Config struct {
	Interval time.Duration                  // between two packets to a phone, at most
	Bindings func(phone.ID) []phone.Binding // the live ones of a phone
	Domain   string                         // of the From
	// Observe is told of each round trip; it must not block. nil is nobody.
	Observe func(time.Duration)
	Now     func() time.Time // time.Now
}

// Keeper keeps flows open. Its methods may be called from any goroutine.
type Keeper struct {
	Config
	start    time.Time
	seed     maphash.Seed
	sealer   sealer
	counters counters

	mu     sync.Mutex // guards what follows; nothing of others is called under it
	pace   pace
	begun  bool // Run has
	shelf  shelf
	wheel  wheel
	phones map[phone.ID]place // the first of a phone's flows
	quiet  [2]int             // silent flows: those that never answered, and those that did
}

// moment is microseconds since the start.
type moment int64

// flow is one contact of a phone behind a NAT. There may be a hundred thousand.
type flow struct {
	gait
	phone    phone.ID
	contact  uint64 // its hash
	sent     moment // the last OPTIONS
	answered moment // the last answer, 0 is none
	due      ticks
	slot     ticks // of the wheel, 0 is none
	next     place // in the slot, or among the free
	prev     place
	sibling  place  // the next of the phone's flows
	trip     uint32 // the last round trip, in microseconds
}

// New makes a keeper that sends nothing until Run.
func New(c Config) *Keeper {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Observe == nil {
		c.Observe = func(time.Duration) {}
	}
	k := &Keeper{
		Config: c, start: c.Now(), seed: maphash.MakeSeed(), sealer: newSealer(),
		pace: newPace(c.Interval), phones: map[phone.ID]place{},
	}
	k.wheel.shelf = &k.shelf
	return k
}

// Bound takes over a binding that is new, or that has come to be at another
// address; those whose way stays open by itself it leaves alone. It is
// forgotten when it is due and there is no such binding any more.
func (k *Keeper) Bound(b phone.Binding) {
	if !shut(&b) {
		return
	}
	contact := maphash.String(k.seed, b.Contact)
	k.mu.Lock()
	defer k.mu.Unlock()
	others := 0
	for p := k.phones[b.Phone]; p != 0; p = k.shelf.at(p).sibling {
		others++
		if f := k.shelf.at(p); f.contact == contact {
			k.tally(f, -1)
			f.gait = gait{anew: true}
			f.trip, f.answered = 0, 0
			if k.wheel.remove(p) {
				k.wheel.put(p, k.soon())
			}
			return
		}
	}
	p, f := k.shelf.take()
	*f = flow{phone: b.Phone, contact: contact, sibling: k.phones[b.Phone], gait: gait{early: !k.begun}}
	k.phones[b.Phone] = p
	due := k.soon()
	if others >= restless {
		due = k.ticks() + 1 // it may be gone by then, and its flow should not wait for that
	}
	k.wheel.put(p, due)
}

// restless is how many flows a phone has that registers another contact again and
// again: more than it may have bindings at a time.
const restless = 8

// reunion is how long it takes to use all flows that were there before Run. Nobody
// knows how long nothing has passed through their NATs.
const reunion = 5 * time.Second

// soon is when a flow is first used: at random within the interval, for phones
// come in crowds, as after a power cut.
func (k *Keeper) soon() ticks {
	within := k.pace.base
	if !k.begun {
		within = min(within, ticks(reunion/tick))
	}
	return k.ticks() + 1 + ticks(rand.Uint32N(uint32(within)))
}

// Answered takes the answer to a probe.
func (k *Keeper) Answered(branch string, code int, from sip.Flow) {
	if code < 200 {
		return
	}
	t, ok := k.sealer.open(branch, from.Remote.Addr())
	if !ok {
		k.counters.forged.Add(1)
		return
	}
	now := k.now()
	if !k.settle(t, now) {
		k.counters.replayed.Add(1)
		return
	}
	k.counters.answered.Add(1)
	k.Observe(time.Duration(now-t.sent) * time.Microsecond)
}

func (k *Keeper) settle(t ticket, now moment) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	f := k.shelf.at(t.place)
	if f == nil || !f.open || f.sent != t.sent {
		return false
	}
	k.tally(f, -1)
	f.gait.answered()
	f.answered, f.trip = now, uint32(min(now-t.sent, 1<<32-1))
	return true
}

func (k *Keeper) now() moment { return moment(max(1, k.Now().Sub(k.start)/time.Microsecond)) }

func (k *Keeper) ticks() ticks { return ticks(k.Now().Sub(k.start) / tick) }

// forget drops a flow that is in no slot.
func (k *Keeper) forget(p place) {
	f := k.shelf.at(p)
	k.tally(f, -1)
	first := k.phones[f.phone]
	if first == p {
		if f.sibling == 0 {
			delete(k.phones, f.phone)
		} else {
			k.phones[f.phone] = f.sibling
		}
	} else {
		before := first
		for k.shelf.at(before).sibling != p {
			before = k.shelf.at(before).sibling
		}
		k.shelf.at(before).sibling = f.sibling
	}
	k.shelf.put(p)
}

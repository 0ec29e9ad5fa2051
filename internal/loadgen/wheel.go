package main

import "time"

const slots = 2048 // of a tick each: 40 seconds

// alarm says who is to be woken. It holds as long as its owner's serial is the
// same.
type alarm struct {
	at     time.Time
	owner  int32
	serial uint32
}

// wheel keeps alarms by the tick that they are due in. Those beyond its horizon
// are put off until they come within it.
type wheel struct {
	slots [slots][]alarm
	next  int64 // the first tick that was not looked at
	rung  []alarm
}

func tickOf(t time.Time) int64 { return t.UnixNano() / int64(tick) }

func (w *wheel) set(a alarm) {
	n := max(tickOf(a.at)+1, w.next)
	w.slots[n%slots] = append(w.slots[n%slots], a)
}

// ring calls wake for all that are due by now; it may set new alarms.
func (w *wheel) ring(now time.Time, wake func(alarm)) {
	last := tickOf(now)
	if w.next < last-slots {
		w.next = last - slots // each slot once is all there is
	}
	for w.next <= last {
		s := &w.slots[w.next%slots]
		w.next++ // what wake sets comes later
		w.rung, *s = *s, w.rung[:0]
		for _, a := range w.rung {
			if a.at.After(now) {
				*s = append(*s, a)
				continue
			}
			wake(a)
		}
	}
}

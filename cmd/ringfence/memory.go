package main

import (
	"os"
	"runtime/debug"
	runtimemetrics "runtime/metrics"
	"time"
)

const (
	tendEvery = time.Second / 2
	litter    = 24 << 20  // garbage that may lie about before it is collected
	leastPart = 15        // or this part of what is in use, in percent, whichever is more
	mostPart  = 400       // and at most this
	goPart    = 100       // what Go does by itself
	busyPart  = 200       // and at most this while much is made
	busyMost  = 128 << 20 // and no more than so many bytes

	calm       = 512 << 10 // bytes that are asked for from one look to the next when there is little to do
	worthwhile = 12 << 20  // what is given back, and no less: it takes a collection
)

// tendMemory keeps the heap small for as long as the program runs. What many
// phones need is kept for long and changes little, so to let as much garbage lie
// beside it as Go does by itself would double the process for nothing. Who sets
// GOGC or GOMEMLIMIT knows better. The returned function ends it.
func tendMemory() (stop func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(tendEvery)
		defer tick.Stop()
		t := tender{part: goPart}
		for {
			t.tend(readHeap())
			select {
			case <-tick.C:
			case <-quit:
				return
			}
		}
	}()
	return func() {
		close(quit)
		<-done
		debug.SetGCPercent(goPart)
	}
}

// tender remembers what it saw and did last.
type tender struct {
	part int
	made uint64
}

// tend sets how much garbage may lie about, and once it is calm gives back what
// a rush has used.
func (t *tender) tend(h heap) {
	if part := garbagePart(h.live, h.made-t.made); part != t.part {
		debug.SetGCPercent(part)
		t.part = part
	}
	if h.made-t.made < calm && h.spare() > worthwhile {
		returnMemory()
		h = readHeap()
	}
	t.made = h.made
}

// heap is what the runtime says of it.
type heap struct {
	live uint64 // bytes that the last collection found in use
	free uint64 // bytes that are neither in use nor given back
	all  uint64 // bytes of what is in use, and of garbage
	made uint64 // bytes that were ever asked for
}

// spare is what could be given back.
func (h *heap) spare() uint64 { return h.free + h.all - min(h.all, h.live) }

func readHeap() (h heap) {
	samples := []runtimemetrics.Sample{
		{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/free:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/allocs:bytes"},
	}
	runtimemetrics.Read(samples)
	for i, to := range []*uint64{&h.live, &h.free, &h.all, &h.made} {
		if samples[i].Value.Kind() == runtimemetrics.KindUint64 {
			*to = samples[i].Value.Uint64()
		}
	}
	return h
}

// garbagePart is how much garbage may lie beside so much that is in use, in
// percent of it: what is made in two seconds, at four looks, while many calls are, since each
// collection looks at all that is in use. In steps, since to change it stops the
// world for a moment.
func garbagePart(live, made uint64) int {
	if live == 0 {
		return goPart
	}
	const step = 5
	part := int(min(mostPart, 100*litter/live))
	busy := int(min(busyPart, 400*made/live, 100*busyMost/live))
	part = max(part, busy)
	return max(leastPart, part-part%step)
}

// returnMemory gives back what was used and nobody needs any more.
func returnMemory() { debug.FreeOSMemory() }

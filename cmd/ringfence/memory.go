package main

import (
	"os"
	"runtime/debug"
	runtimemetrics "runtime/metrics"
	"time"
)

const (
	tendEvery = 5 * time.Second
	spare     = 32 << 20 // garbage that may lie about before it is collected
	leastPart = 25       // or this part of what is in use, in percent, whichever is more
	mostPart  = 400      // and at most this
	goPart    = 100      // what Go does by itself
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
		before := goPart
		for {
			if now := garbagePart(liveHeap()); now != before {
				debug.SetGCPercent(now)
				before = now
			}
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

// garbagePart is how much garbage may lie beside so much that is in use, in
// percent of it. In steps, since to change it stops the world for a moment.
func garbagePart(live uint64) int {
	if live == 0 {
		return goPart
	}
	const step = 5
	part := int(min(mostPart, 100*spare/live))
	return max(leastPart, part-part%step)
}

// liveHeap is what the last collection found in use.
func liveHeap() uint64 {
	sample := []runtimemetrics.Sample{{Name: "/gc/heap/live:bytes"}}
	runtimemetrics.Read(sample)
	if sample[0].Value.Kind() != runtimemetrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}

// returnMemory gives back what the start has used and nobody needs any more.
func returnMemory() { debug.FreeOSMemory() }

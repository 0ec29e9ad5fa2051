package main

import (
	"os"
	"path/filepath"
)

// timerSlack is by how much timers may be late, in nanoseconds.
const timerSlack = "1000000"

// slacken lets the system be late by a millisecond with the timers of this
// process. Go's runtime has a thread that looks after the others, every 20 us
// while there is work, and starts anew with that after each pause: when work comes
// in small bits, as packets do, that is a fifth of all processor time, and nothing
// of ours needs a timer to be that exact. Threads made later inherit it.
//
// It is Linux's, and takes CAP_SYS_NICE; without that it does nothing, and systemd
// can do it instead (TimerSlackNSec=1ms). So errors are of no interest.
func slacken() {
	threads, _ := filepath.Glob("/proc/self/task/[0-9]*")
	for _, t := range threads {
		_ = os.WriteFile(filepath.Join("/proc", filepath.Base(t), "timerslack_ns"), []byte(timerSlack), 0)
	}
}

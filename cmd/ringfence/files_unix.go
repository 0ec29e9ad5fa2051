//go:build unix

package main

import "syscall"

// openFiles is how many files may be open. The limit is the hard one: Go raises
// the soft one to it when a program starts.
func openFiles() int {
	var r syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r) != nil {
		return 0
	}
	return int(min(r.Cur, 1<<30))
}

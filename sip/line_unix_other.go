//go:build unix && !linux

package sip

import "syscall"

// scoop reads a socket. Here it is not told how much is left.
type scoop struct{}

func (*scoop) prepare(syscall.RawConn) error { return nil }

func (*scoop) read(fd uintptr, b []byte) (n int, drained bool, err error) {
	n, err = syscall.Read(int(fd), b)
	return n, false, err
}

// writeNow writes what a socket that does not wait takes.
func writeNow(fd uintptr, b []byte) (int, error) { return syscall.Write(int(fd), b) }

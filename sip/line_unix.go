//go:build unix

package sip

import (
	"errors"
	"io"
	"syscall"
)

// attempt is one reading, and what came of it.
type attempt struct {
	try  func(fd uintptr) bool // made once, it would be garbage each time
	into cutter
	n    int
	err  error
}

// readTo reads into c, whose buffer is taken only when there is something.
func (l *line) readTo(c cutter) error {
	a := &l.attempt
	if a.try == nil {
		a.try = a.read
	}
	a.into, a.n, a.err = c, 0, nil
	switch err := l.raw.Read(a.try); {
	case err != nil:
		return err
	case a.err != nil:
		return a.err
	case a.n == 0:
		return io.EOF
	}
	c.wrote(a.n)
	l.stir()
	return nil
}

// read reads if that can be done without waiting; else it is called again when
// there is something.
func (a *attempt) read(fd uintptr) bool {
	for {
		a.n, a.err = syscall.Read(int(fd), a.into.room())
		if !errors.Is(a.err, syscall.EINTR) { // a signal came in between
			break
		}
	}
	if errors.Is(a.err, syscall.EAGAIN) {
		a.into.rest()
		return false
	}
	return true
}

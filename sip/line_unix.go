//go:build unix

package sip

import (
	"errors"
	"io"
	"syscall"
)

// attempt is reading, and what came of it.
type attempt struct {
	try    func(fd uintptr) bool // made once, it would be garbage each time
	into   cutter
	handle func() error
	scoop  scoop
	err    error
}

// each reads into c, again and again, and has handle deal with what has come,
// until there is an error. It takes a buffer only when there is something.
func (l *line) each(c cutter, handle func() error) error {
	a := &l.reading
	if a.try == nil {
		a.try = a.read
	}
	a.into, a.handle, a.err = c, handle, nil
	for {
		if err := l.raw.Read(a.try); err != nil {
			return err
		}
		if a.err != nil {
			return a.err
		}
	}
}

// read reads as long as that can be done without waiting. When it returns false
// it is called again when there is something.
//
// A RawConn forgets at the beginning of Read what the poller has told, and tries
// once; so whoever calls it for every message reads twice for every message. It
// forgets nothing between two calls of this function. So messages are handled in
// here, and false is returned as soon as it is known that nothing is left. Close
// waits until then; see stream.sever.
func (a *attempt) read(fd uintptr) bool {
	n, drained, err := a.scoop.read(fd, a.into.room())
	switch {
	case errors.Is(err, syscall.EINTR): // a signal came in between
		return true
	case errors.Is(err, syscall.EAGAIN):
		a.into.rest()
		return false
	case err == nil && n == 0:
		err = io.EOF
	case err == nil:
		a.into.wrote(n)
		err = a.handle()
	}
	a.err = err
	return err != nil || !drained
}

// effort is writing, and what came of it.
type effort struct {
	try func(fd uintptr) // made once, as that of attempt
	b   []byte
	n   int
	err error
}

// offer writes as much of b as can be written without waiting, and gives the
// rest. No deadline is needed for that.
func (l *line) offer(b []byte) ([]byte, error) {
	e := &l.writing
	if e.try == nil {
		e.try = e.write
	}
	e.b, e.n, e.err = b, 0, nil
	err := l.raw.Control(e.try)
	e.b = nil
	return b[e.n:], errors.Join(err, e.err)
}

func (e *effort) write(fd uintptr) {
	n, err := writeNow(fd, e.b)
	switch {
	case err == nil:
		e.n = n
	case !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR): // these are for who waits
		e.err = err
	}
}

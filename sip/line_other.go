//go:build !unix

package sip

import "syscall"

// attempt and effort are nothing here.
type (
	attempt struct{ scoop scoop }
	effort  struct{}
	scoop   struct{}
)

func (*scoop) prepare(syscall.RawConn) error { return nil }

// each reads into c, again and again, and has handle deal with what has come,
// until there is an error. Here it cannot wait without a buffer.
func (l *line) each(c cutter, handle func() error) error {
	for {
		n, err := l.TCPConn.Read(c.room())
		c.wrote(n)
		if n > 0 {
			err = handle()
		}
		if err != nil {
			return err
		}
	}
}

// offer writes nothing: here there is no way to write without waiting.
func (l *line) offer(b []byte) ([]byte, error) { return b, nil }

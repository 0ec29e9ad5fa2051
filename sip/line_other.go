//go:build !unix

package sip

// attempt is nothing here.
type attempt struct{}

// readTo reads into c. Here it cannot wait without a buffer.
func (l *line) readTo(c cutter) error {
	n, err := l.Read(c.room())
	c.wrote(n)
	if n > 0 {
		return nil
	}
	return err
}

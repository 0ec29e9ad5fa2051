package journal

import (
	"os"
	"syscall"
)

// syncData makes what was written durable, and of the file's properties only
// what is needed to read it.
func syncData(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); err != syscall.EINTR {
			return err
		}
	}
}

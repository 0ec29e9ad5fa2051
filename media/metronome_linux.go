//go:build linux && !portable

package media

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/sys/unix"
)

// metronome is a timerfd(2), which epoll waits for as for a socket.
type metronome struct{ fd int }

func newMetronome() (metronome, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK)
	if err != nil {
		return metronome{-1}, fmt.Errorf("create timer: %w", err)
	}
	return metronome{fd}, nil
}

func (m metronome) start() { m.set(unix.NsecToTimespec(int64(period))) }
func (m metronome) stop()  { m.set(unix.Timespec{}) }
func (m metronome) close() { _ = unix.Close(m.fd) }

// set lets it beat at an interval, or not at all. It fails only for what is no
// timer.
func (m metronome) set(every unix.Timespec) {
	_ = unix.TimerfdSettime(m.fd, 0, &unix.ItimerSpec{Interval: every, Value: every}, nil)
}

// count is how many beats there were since it was asked last.
func (m metronome) count() int {
	var b [8]byte
	if n, err := unix.Read(m.fd, b[:]); err != nil || n != len(b) {
		return 0 // it was stopped meanwhile
	}
	return int(binary.NativeEndian.Uint64(b[:]))
}

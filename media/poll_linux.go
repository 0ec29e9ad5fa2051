//go:build linux && !portable

package media

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxEvents is how many ready sockets a thread learns of at once.
const maxEvents = 256

// thread reads the sockets of many streams: one thread of the system, which
// waits in epoll and does all else without waiting.
type thread struct {
	engine *Engine
	epoll  int
	wake   int // an eventfd: the thread has to end
	batch  *batch
	band   band

	received, forwarded, played atomic.Uint64 // packets

	mu      sync.Mutex // guards all below
	closed  bool       // epoll is
	streams []*stream  // by place
	births  []uint32   // by place: how many streams have had it
	free    []int32    // places
}

func newThread(e *Engine) (*thread, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("create epoll: %w", err)
	}
	t := &thread{engine: e, epoll: epoll, wake: -1, batch: newBatch(), band: band{beat: metronome{-1}}}
	if t.wake, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		t.close()
		return nil, fmt.Errorf("create eventfd: %w", err)
	}
	if t.band.beat, err = newMetronome(); err != nil {
		t.close()
		return nil, err
	}
	for fd, place := range map[int]int32{t.wake: ending, t.band.beat.fd: beating} {
		ev := unix.EpollEvent{Events: unix.EPOLLIN, Fd: place}
		if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, fd, &ev); err != nil {
			t.close()
			return nil, fmt.Errorf("add to epoll: %w", err)
		}
	}
	return t, nil
}

// The places of what is no stream.
const (
	ending  = -1
	beating = -2
)

// add begins to read a stream's socket.
func (t *thread) add(s *stream) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		s.place = nowhere
		return ErrClosed
	}
	if n := len(t.free); n > 0 {
		s.place, t.free = t.free[n-1], t.free[:n-1]
	} else {
		s.place = int32(len(t.streams))
		t.streams, t.births = append(t.streams, nil), append(t.births, 0)
	}
	t.births[s.place]++
	t.streams[s.place] = s
	ev := unix.EpollEvent{Events: unix.EPOLLIN, Fd: s.place, Pad: int32(t.births[s.place])}
	if err := unix.EpollCtl(t.epoll, unix.EPOLL_CTL_ADD, s.sock.raw(), &ev); err != nil {
		t.forget(s.place)
		s.place = nowhere
		return fmt.Errorf("add to epoll: %w", err)
	}
	return nil
}

// remove ends the reading of a stream, whose socket has been closed.
func (t *thread) remove(s *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.place != nowhere {
		t.forget(s.place)
		s.place = nowhere
	}
}

// nowhere is the place of a stream that is not read.
const nowhere = -1

func (t *thread) forget(place int32) {
	t.streams[place] = nil
	t.free = append(t.free, place)
}

// count returns how many streams are read.
func (t *thread) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.streams) - len(t.free)
}

// mute ends the reading of a socket that does nothing but fail. The caller
// makes sure that it is open.
func (t *thread) mute(s socket) {
	_ = unix.EpollCtl(t.epoll, unix.EPOLL_CTL_DEL, s.raw(), nil)
}

func (t *thread) run() {
	runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
	events := make([]unix.EpollEvent, maxEvents)
	streams := make([]*stream, maxEvents)
	for {
		n := t.wait(events)
		ready, beat, ended := t.ready(events[:n], streams[:0])
		if ended {
			return
		}
		now := t.engine.now().UnixNano()
		for _, s := range ready {
			s.drain(t.batch, now)
		}
		clear(ready) // what is closed meanwhile is not held here
		if beat {
			t.played.Add(uint64(t.band.play(t.band.beat.count(), now, t.batch)))
		}
	}
}

// wait returns how many sockets are ready. While there is work, it asks without
// telling Go's scheduler, which costs less; only a thread with nothing to do
// goes to sleep.
func (t *thread) wait(events []unix.EpollEvent) int {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(t.epoll),
		uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), 0, 0, 0)
	if errno == 0 && n > 0 {
		return int(n)
	}
	got, err := unix.EpollWait(t.epoll, events, -1)
	if err != nil {
		return 0 // EINTR
	}
	return got
}

// ready turns events into streams, and leaves out those that were closed after
// the kernel had told of them.
func (t *thread) ready(events []unix.EpollEvent, into []*stream) (ready []*stream, beat, ended bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, ev := range events {
		switch ev.Fd {
		case ending:
			return into, beat, true
		case beating:
			beat = true
			continue
		}
		if s := t.streams[ev.Fd]; s != nil && t.births[ev.Fd] == uint32(ev.Pad) {
			into = append(into, s)
		}
	}
	return into, beat, false
}

// stop makes run return.
func (t *thread) stop() error {
	_, err := unix.Write(t.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	return err
}

// close gives back what the thread held; run has returned.
func (t *thread) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	t.band.close()
	_, _ = unix.Close(t.epoll), unix.Close(t.wake)
}

// drain reads the socket, judges what has come, and sends it on.
func (s *stream) drain(b *batch, now int64) {
	s.rx.Lock()
	defer s.rx.Unlock()
	if !s.sock.open() {
		return
	}
	got, err := b.receive(s.sock)
	if err == nil {
		s.faults = 0
		s.receive(got, now, b)
		return
	}
	s.traffic.Dropped.Failed++
	if s.faults++; s.faults == maxFaults {
		s.thread.mute(s.sock)
	}
}

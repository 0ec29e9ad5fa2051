package media

import (
	"errors"
	"net/netip"
	"sync"
	"syscall"
	"testing"
	"time"
)

// clock is a time that a test sets.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func newClock() *clock { return &clock{t: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func TestPortsAreEvenAndInRange(t *testing.T) {
	tests := []struct {
		name   string
		lo, hi int
		want   []int
	}{
		{"an even start", 40000, 40005, []int{40000, 40002, 40004}},
		{"an odd start is rounded up", 40001, 40005, []int{40002, 40004}},
		{"a last port without its RTCP is left out", 40000, 40004, []int{40000, 40002}},
		{"one port is no pair", 40000, 40000, nil},
		{"a range that ends before it begins", 40002, 40000, nil},
		{"beyond the last port", 65534, 70000, []int{65534}},
		{"from below the first port", -4, 5, []int{2, 4}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := NewPorts(tt.lo, tt.hi, 0, nil)
			p.pick = func(int) int { return 0 }
			taken := make(map[int]bool)
			for range tt.want {
				port, err := p.take(loopback)
				if err != nil {
					t.Fatal(err)
				}
				taken[port] = true
			}
			for _, port := range tt.want {
				if !taken[port] {
					t.Errorf("%d was not given out: %v", port, taken)
				}
			}
			if _, err := p.take(loopback); !errors.Is(err, ErrExhausted) {
				t.Errorf("got %v, want ErrExhausted", err)
			}
		})
	}
}

func TestPortsRestAfterRelease(t *testing.T) {
	c := newClock()
	p := NewPorts(40000, 40003, 8*time.Second, c.now)
	port, err := p.take(loopback)
	if err != nil {
		t.Fatal(err)
	}
	p.release(port)
	c.add(8*time.Second - 1)
	other, err := p.take(loopback)
	if other == port || err != nil {
		t.Errorf("while another is free: %d, %v", other, err)
	}
	c.add(1)
	if got, want := p.Stats(), (PortStats{Free: 1, Used: 1}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
	if again, err := p.take(loopback); again != port || err != nil {
		t.Errorf("after it has rested: %d, %v; want %d", again, err, port)
	}
}

func TestPortsRestLessWhenNoneIsLeft(t *testing.T) {
	c := newClock()
	p := NewPorts(40000, 40001, 8*time.Second, c.now)
	port, err := p.take(loopback)
	if err != nil {
		t.Fatal(err)
	}
	p.release(port)
	c.add(time.Second/2 - 1)
	if _, err := p.take(loopback); !errors.Is(err, ErrExhausted) {
		t.Errorf("before its nap is over: %v, want ErrExhausted", err)
	}
	if got, want := p.Stats(), (PortStats{Resting: 1, Exhausted: 1}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
	c.add(1)
	if again, err := p.take(loopback); again != port || err != nil {
		t.Errorf("after its nap: %d, %v; want %d", again, err, port)
	}
}

func TestPortsAreChosenAtRandom(t *testing.T) {
	p := NewPorts(20000, 59999, 0, nil)
	inOrder := 0
	for last, i := 0, 0; i < 20; i++ {
		port, err := p.take(loopback)
		if err != nil {
			t.Fatal(err)
		}
		if port == last+2 || port == last-2 {
			inOrder++
		}
		last = port
	}
	if inOrder > 5 { // 20 neighbours by chance: once in 10^20 runs
		t.Errorf("%d of 20 pairs lie next to the one before", inOrder)
	}
}

func TestPortsOfAnotherProcessAreSkipped(t *testing.T) {
	tests := []struct {
		name   string
		offset int // from the pair's RTP port
	}{
		{"its RTP port is held", 0},
		{"its RTCP port is held", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lo := freePair(t)
			held, err := listen(loopback, lo+tt.offset, Audio)
			if err != nil {
				t.Fatal(err)
			}
			c := newClock()
			p := NewPorts(lo, lo+1, time.Second, c.now)
			if _, err := p.open(loopback, Audio); !errors.Is(err, ErrExhausted) {
				t.Errorf("held: %v, want ErrExhausted", err)
			}
			if got, want := p.Stats(), (PortStats{Resting: 1, Exhausted: 1}); got != want {
				t.Errorf("stats %+v, want %+v", got, want)
			}
			held.close()
			c.add(time.Second)
			q, err := p.open(loopback, Audio)
			if err != nil {
				t.Fatal(err)
			}
			q.rtp.close()
			q.rtcp.close()
		})
	}
}

// A lack of open files is a lack of ports: the other end has no part in it.
func TestPortsWantOpenFiles(t *testing.T) {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
	none := files
	none.Cur = 1
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none); err != nil {
		t.Fatal(err)
	}
	p := NewPorts(40000, 40003, 0, nil)
	_, err := p.open(loopback, Audio)
	if restored := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &files); restored != nil {
		t.Fatal(restored)
	}
	if !errors.Is(err, ErrExhausted) || !errors.Is(err, syscall.EMFILE) {
		t.Errorf("got %v", err)
	}
	if n := p.Stats().Exhausted; n != 1 {
		t.Errorf("counted %d times", n)
	}
}

func TestPortsOnAnAddressThatIsNotOurs(t *testing.T) {
	p := NewPorts(20000, 29999, 0, newClock().now)
	_, err := p.open(netip.MustParseAddr("192.0.2.1"), Audio)
	if err == nil || errors.Is(err, ErrExhausted) {
		t.Errorf("got %v, want the reason of the network", err)
	}
	if s := p.Stats(); s.Used != 0 {
		t.Errorf("%d pairs are still in use", s.Used)
	}
}

// freePair finds an even port that is free together with the one above it.
func freePair(t *testing.T) int {
	t.Helper()
	p := NewPorts(20000, 29999, 0, nil)
	q, err := p.open(loopback, Audio)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(q.rtp.close(), q.rtcp.close()); err != nil {
		t.Fatal(err)
	}
	return q.port
}

package keepalive

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

const crowd = 100_000

// many is a network of phones that are known by their number, and never hold
// more than a count of what they got.
type many struct {
	keeper *Keeper
	ids    []phone.ID
	start  time.Time
	second map[int]int // packets by the second in which they left
}

func newMany(interval time.Duration) *many {
	m := &many{start: time.Now(), second: map[int]int{}}
	m.keeper = New(Config{Interval: interval, Domain: "example.net", Bindings: m.bindings})
	m.keeper.begun = true
	for i := range crowd {
		m.ids = append(m.ids, phone.ID(fmt.Sprintf("%024x", i)))
	}
	return m
}

func (m *many) bindings(id phone.ID) []phone.Binding {
	return []phone.Binding{{Phone: id, Contact: inside, Transport: "udp", Local: here, Remote: nat, Target: nat}}
}

func (m *many) Flow(network string, local, remote netip.AddrPort) (f sip.Flow, err error) {
	return sip.NewFlow(network, local, remote, func(b []byte) error {
		m.second[int(time.Since(m.start)/time.Second)]++
		if p := (packet{text: string(b)}); !p.bare() {
			m.keeper.Answered(p.branch(), 200, sip.Flow{Network: "udp", Remote: remote})
		}
		return nil
	}), nil
}

func (m *many) Contact(f sip.Flow, _ string) sip.URI {
	return sip.URI{Host: f.Local.Addr().String(), Port: int(f.Local.Port())}
}

func (m *many) arrive() {
	for _, id := range m.ids {
		m.keeper.Bound(m.bindings(id)[0])
	}
}

func (m *many) run(d time.Duration) {
	r := round{Keeper: m.keeper, stack: m}
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(tick) {
		r.turn()
	}
}

// A hundred thousand phones that come at once, as after a power cut, are not all
// asked at once.
func TestACrowdIsSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const interval = 25 * time.Second
		m := newMany(interval)
		m.arrive()
		m.run(interval + 5*time.Second)
		most, sum := 0, 0
		for _, n := range m.second {
			most, sum = max(most, n), sum+n
		}
		if even := crowd / 25; most > even*5/4 || len(m.second) < 25 || sum < crowd {
			t.Errorf("%d packets, up to %d a second in %d seconds; even would be %d", sum, most, len(m.second), even)
		}
		if s := m.keeper.Stats(); s.Flows != crowd || s.Missed != 0 || s.Forged != 0 || s.Replayed != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// Those that were there before the start are asked soon, since it may be long
// that nothing has passed to them; and from then on they are spread as all are.
func TestThoseOfAnEarlierLifeAreAskedSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMany(25 * time.Second)
		m.keeper.begun = false
		m.arrive()
		m.keeper.begun = true
		m.run(5*time.Second + 2*tick)
		asked := 0
		for _, n := range m.second {
			asked += n
		}
		if asked < crowd {
			t.Errorf("%d are asked within five seconds", asked)
		}
		m.start, m.second = time.Now(), map[int]int{}
		m.run(50 * time.Second)
		for second, n := range m.second {
			if even := crowd / 25; n > 2*even {
				t.Errorf("%d packets in second %d, even would be %d", n, second, even)
			}
		}
	})
}

// What has gathered while the machine slept leaves at a few times the usual
// pace.
func TestACrowdIsSpreadAfterASleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMany(25 * time.Second)
		m.arrive()
		time.Sleep(time.Minute)
		m.start = time.Now()
		m.run(2 * time.Second)
		if even := crowd / 25; m.second[0] > rush*even*5/4 || m.second[0] < even {
			t.Errorf("%d packets in the first second", m.second[0])
		}
	})
}

func TestMemoryOfAFlow(t *testing.T) {
	m := newMany(25 * time.Second)
	before := heap()
	m.arrive()
	each := float64(heap()-before) / crowd
	t.Logf("%.0f bytes for each of %d flows", each, crowd)
	if each > 170 {
		t.Errorf("%.0f bytes for each flow", each)
	}
	runtime.KeepAlive(m)
}

func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// BenchmarkRound is what it costs to ask a phone and to take its answer, without
// the system's part.
func BenchmarkRound(b *testing.B) {
	m := newMany(25 * time.Second)
	m.arrive()
	r := round{Keeper: m.keeper, stack: m}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		p := place(1 + i%crowd)
		f := m.keeper.shelf.at(p)
		m.keeper.wheel.remove(p)
		if r.serve(&order{p, f.phone, f.contact, true}); r.out.Len() == bundle {
			r.out.Send()
		}
		i++
	}
}

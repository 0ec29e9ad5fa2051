package blf

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// What is said at the end: phones come again after some time (RFC 6665 section
// 4.1.3), spread over a minute, so that they do not all come at once.
const (
	comeAgain  = 15 // seconds, the soonest
	comeSpread = 60
)

// farewell takes no new subscriptions and ends those that there are, ten times as
// fast as usual: nobody is served meanwhile. Answers are not waited for.
func (n *Notifier) farewell() {
	n.mu.Lock()
	n.closed = true
	n.mu.Unlock()
	n.background.Wait()
	for n.release(max(1, n.Rate/10)) {
		<-time.After(10 * time.Millisecond)
	}
}

// release says goodbye to some, and says whether there are more.
func (n *Notifier) release(most int) bool {
	for range most {
		m := n.parting()
		if m == nil {
			return false
		}
		n.count.notified.Add(1)
		n.send(m, m.flow)
	}
	return true
}

// parting is the last notification of a subscription, nil when there is none left.
func (n *Notifier) parting() *notification {
	n.mu.Lock()
	defer n.mu.Unlock()
	for len(n.all) > 0 {
		s := n.all[len(n.all)-1]
		if s.over == "" {
			s.over = fmt.Sprintf("probation;retry-after=%d", comeAgain+rand.IntN(comeSpread))
		}
		if m := n.compose(s); m != nil {
			return m
		}
		n.remove(s)
	}
	return nil
}

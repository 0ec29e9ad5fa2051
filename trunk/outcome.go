package trunk

import (
	"fmt"
	"slices"
	"strconv"

	"ringfence/phone"
	"ringfence/sip"
)

// succeeded notes a registration, and tells of it unless it is a refresh.
func (l *line) succeeded(s state) {
	s.registered, s.asked, s.reachable = true, true, true
	l.mu.Lock()
	fresh := !l.registered
	moved := fresh || !slices.Equal(l.addresses, s.addresses)
	l.state = s
	l.mu.Unlock()
	if moved {
		l.all.findSources()
	}
	if fresh {
		l.all.Log.Info("trunk registered", "trunk", l.id, "target", s.target.String())
		l.publish(phone.TrunkRegistered, map[string]any{"target": s.target.String(), "expires": phone.Moment(s.expires)})
	}
}

// failed notes a failure. The registration that there is holds until its end.
func (l *line) failed(err error) {
	l.mu.Lock()
	ended := l.registered && (!l.all.Now().Before(l.expires) || !l.flow.Open())
	text := fmt.Sprintf("%.200s", err)
	news := ended || l.lastError != text
	if ended {
		l.registered, l.addresses = false, nil
	}
	l.lastError = text
	l.mu.Unlock()
	if ended {
		l.all.findSources()
	}
	if news {
		l.all.Log.Warn("trunk failed", "trunk", l.id, "error", text)
		l.publish(phone.TrunkFailed, map[string]any{"error": text})
	}
}

// granted are the seconds that the registrar gave our contact (section 10.3
// step 8, section 10.2.4).
func (l *line) granted(res *sip.Response, f sip.Flow, asked int) int {
	given := asked
	if n, err := strconv.Atoi(text(res, "Expires")); err == nil && n >= 0 {
		given = n
	}
	ours := l.all.Stack.Contact(f, l.sip.Username)
	contacts := res.GetHeaders("Contact")
	for _, h := range contacts {
		c, ok := h.(*sip.ContactHeader)
		if !ok || c.Address.User != ours.User || c.Address.Host != ours.Host || c.Address.Port != ours.Port {
			continue
		}
		if v, ok := c.Params.Get("expires"); ok {
			if n, err := strconv.Atoi(v); err == nil {
				return n
			}
		}
		return given
	}
	// Some rewrite the contact to where it came from: then a single one is ours.
	if len(contacts) == 1 {
		if c, ok := contacts[0].(*sip.ContactHeader); ok {
			if v, ok := c.Params.Get("expires"); ok {
				if n, err := strconv.Atoi(v); err == nil {
					return n
				}
			}
		}
	}
	return given
}

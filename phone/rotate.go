package phone

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// OldCredentials are a username and password that a phone still has, although
// the API shows newer ones already. They are as secret as those.
type OldCredentials struct {
	Username string    `json:"username"`
	Password string    `json:"password"`
	Until    time.Time `json:"until"`
}

// MaxOverlap bounds how long old credentials can be kept beside new ones.
const MaxOverlap = 7 * 24 * time.Hour

// maxOld bounds how many old pairs there are of one phone: whoever renews again
// and again does not know which of them the phone has.
const maxOld = 3

// Rotate gives the phone new credentials. Those that were valid until now stay
// valid for the overlap, or until the phone has proven itself with the new ones;
// without an overlap all of them end at once.
func (p *Phone) Rotate(random io.Reader, now time.Time, overlap time.Duration) error {
	username, err := NewCredential(random)
	if err != nil {
		return fmt.Errorf("make a username: %w", err)
	}
	password, err := NewCredential(random)
	if err != nil {
		return fmt.Errorf("make a password: %w", err)
	}
	var old []OldCredentials
	if overlap > 0 {
		old = append(old, OldCredentials{Username: p.Username, Password: p.Password, Until: now.Add(overlap)})
		old = append(old, p.oldAt(now)...)
		old = old[:min(len(old), maxOld)]
	}
	p.Username, p.Password, p.Old = username, password, old
	return nil
}

// oldAt are the old credentials that are still valid, the newest first.
func (p *Phone) oldAt(now time.Time) (valid []OldCredentials) {
	for _, o := range p.Old {
		if now.Before(o.Until) {
			valid = append(valid, o)
		}
	}
	return valid
}

// accepts says whether the phone can prove itself with the pair.
func (p *Phone) accepts(username, password string) bool {
	same := func(o OldCredentials) bool { return o.Username == username && o.Password == password }
	return p.Username == username && p.Password == password || slices.ContainsFunc(p.Old, same)
}

package phone

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Former is what a phone could prove itself with once. A phone that still
// answers with it has not fetched its new configuration; somebody who guesses
// would have to guess right.
type Former struct {
	Phone    ID
	Username string
	HA1      HA1 // as secret as it was, since people use passwords again
	Ended    time.Time
}

const (
	// MaxFormer bounds how many are kept of one phone, and of one username.
	MaxFormer = 3
	// FormerFor is how long they are kept.
	FormerFor = 90 * 24 * time.Hour
)

// Ended are the credentials that prove the phone no more since the change, the
// newest first.
func (c Change) Ended(realm string, now time.Time) (ended []Former) {
	if c.Before == nil {
		return nil
	}
	pairs := slices.Concat([]OldCredentials{{Username: c.Before.Username, Password: c.Before.Password}}, c.Before.Old)
	for _, pair := range pairs {
		if c.After == nil || !c.After.accepts(pair.Username, pair.Password) {
			ended = append(ended, Former{c.Before.ID, pair.Username, NewHA1(pair.Username, realm, pair.Password), now})
		}
	}
	return ended
}

// formers is where the Book keeps them, beside what changes all the time.
type formers struct {
	mu         sync.RWMutex // guards what follows
	byPhone    map[ID][]Former
	byUsername map[string][]Former // the newest first
}

// PutFormer publishes all former credentials of a phone, in place of those that
// were known.
func (b *Book) PutFormer(id ID, list []Former) {
	f := &b.formers
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, was := range f.byPhone[id] {
		f.unlink(was)
	}
	if f.byPhone == nil {
		f.byPhone, f.byUsername = map[ID][]Former{}, map[string][]Former{}
	}
	delete(f.byPhone, id)
	if len(list) == 0 {
		return
	}
	f.byPhone[id] = list
	for _, is := range list {
		same := append(slices.Clone(f.byUsername[is.Username]), is)
		slices.SortStableFunc(same, func(x, y Former) int { return cmp.Compare(y.Ended.UnixMilli(), x.Ended.UnixMilli()) })
		f.byUsername[is.Username] = same
	}
}

// unlink takes one from those of its username. The list is replaced, not
// changed: a reader may still walk the old one.
func (f *formers) unlink(was Former) {
	rest := slices.DeleteFunc(slices.Clone(f.byUsername[was.Username]), func(x Former) bool { return x.Phone == was.Phone })
	if len(rest) == 0 {
		delete(f.byUsername, was.Username)
		return
	}
	f.byUsername[was.Username] = rest
}

// Former are the newest credentials of before with that username, at most
// MaxFormer. Some may be older than FormerFor.
func (b *Book) Former(username string) []Former {
	f := &b.formers
	f.mu.RLock()
	defer f.mu.RUnlock()
	list := f.byUsername[username]
	return list[:min(len(list), MaxFormer)]
}

// Sums are the two hashes, to be kept as secret as they are.
func (h HA1) Sums() (md5, sha256 []byte) { return h.md5[:], h.sha256[:] }

// HA1Of is the HA1 with these sums.
func HA1Of(md5, sha256 []byte) (h HA1, err error) {
	if copy(h.md5[:], md5) != len(h.md5) || copy(h.sha256[:], sha256) != len(h.sha256) {
		return HA1{}, fmt.Errorf("read an HA1: sums of %d and %d bytes", len(md5), len(sha256))
	}
	return h, nil
}

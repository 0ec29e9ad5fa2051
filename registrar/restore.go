package registrar

import (
	"time"

	"ringfence/phone"
)

// Restore takes over the bindings of an earlier life: replay hands it every entry
// of the journal, in order. Those that have expired meanwhile, whose phone or
// credentials are gone, and those over a connection, are dropped. Of an entry that
// is damaged, what comes before the damage counts: a phone that is lost by that
// registers again, while a server that does not start serves nobody. The error is
// replay's.
func (r *Registrar) Restore(replay func(take func(entry []byte) error) error) error {
	found := map[phone.ID][]record{}
	damaged := 0
	err := replay(func(entry []byte) error {
		r.compaction.grown += len(entry)
		in := reader{rest: entry}
		if in.changes(
			func(id phone.ID, rs []record) { found[id] = rs },
			func(id phone.ID, place int, times record) {
				if rs := found[id]; place < len(rs) {
					x := &rs[place]
					x.cseq, x.asked, x.registered, x.expires = times.cseq, times.asked, times.registered, times.expires
				}
			}) != nil {
			damaged++
		}
		return nil
	})
	if err != nil {
		return err
	}
	if damaged > 0 {
		r.Log.Error("registrations may be lost: their journal is damaged", "entries", damaged)
		r.compaction.grown += roomy // all is to be written anew
	}
	now := r.Now()
	for id, rs := range found {
		r.revive(id, rs, now)
	}
	return nil
}

func (r *Registrar) revive(id phone.ID, rs []record, now time.Time) {
	s := r.table.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	var live []record
	var who phone.Identity
	for _, x := range rs {
		if x.transport != udp || x.expires <= now.UnixMilli() {
			continue
		}
		if its, found := r.Door.Book.Identity(x.username); found && its.ID == id {
			who, x.username = its, its.Login
			live = append(live, x)
		}
	}
	if len(live) > 0 {
		e := s.entry(who.ID, who.Customer)
		r.announce(e, live)
		s.put(e, live)
	}
	if len(live) < len(rs) {
		s.dirty[id] = struct{}{}
		ring(r.table.wake)
	}
}

package registrar

import "net/netip"

// Sources visits where each live binding has its phone, and the username that it
// registered with. visit is not to call the registrar.
func (r *Registrar) Sources(visit func(source netip.Addr, username string)) {
	now := r.Now().UnixMilli()
	for i := range r.table.shards {
		s := &r.table.shards[i]
		s.mu.Lock()
		for _, e := range s.phones {
			for j := range e.records {
				if x := &e.records[j]; x.expires > now {
					visit(x.remote.Addr(), x.username)
				}
			}
		}
		s.mu.Unlock()
	}
}

package registrar

// evict makes room: of what came from the same source as the request, or else
// of all, the record that expires first goes.
func (p *planner) evict() {
	victim := -1
	for i := range p.now {
		if !p.gone[i] && (victim < 0 || p.goesFirst(&p.now[i], &p.now[victim])) {
			victim = i
		}
	}
	p.remove(victim, byLimit)
}

func (p *planner) goesFirst(a, b *record) bool {
	if mine := p.source(a); mine != p.source(b) {
		return mine
	}
	return a.expires < b.expires
}

// source says whether the request came from where the record has its phone.
func (p *planner) source(r *record) bool {
	return r.transport == p.from.transport && r.remote == p.from.remote
}

package simphone

// admit takes a call into the phone's book, unless the phone is closed, or has
// enough of them and the call is from outside.
func (p *Phone) admit(key callKey, c *Call, incoming bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || incoming && (p.busy || len(p.calls) >= p.config.MaxCalls) {
		return false
	}
	p.calls[key] = c
	return true
}

func (p *Phone) find(key callKey) *Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[key]
}

func (p *Phone) forget(key callKey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, key)
}

func (p *Phone) ongoing() []*Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]*Call, 0, len(p.calls))
	for _, c := range p.calls {
		all = append(all, c)
	}
	return all
}

// start runs f in a goroutine that Close waits for. On a closed phone it does
// not, and says so.
func (p *Phone) start(f func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.goroutines.Go(f)
	return true
}

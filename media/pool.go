package media

import "sync"

// pool keeps things that are needed for a moment, again and again.
type pool[T any] struct{ things sync.Pool }

func (p *pool[T]) take() *T {
	if v, ok := p.things.Get().(*T); ok {
		return v
	}
	return new(T)
}

func (p *pool[T]) put(v *T) { p.things.Put(v) }

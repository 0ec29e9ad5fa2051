package mgmt

import (
	"cmp"
	"context"
	"fmt"
	"net/http"

	"ringfence/phone"
)

// Collection keeps all objects of one sort. What it returns is shared and must
// not be changed; what its functions return as an error undoes everything.
type Collection[T any] interface {
	Create(ctx context.Context, make func(phone.References) (*T, error)) (*T, error)
	Update(ctx context.Context, id phone.ID, edit func(*T, phone.References) error) (*T, error)
	Delete(ctx context.Context, id phone.ID, check func(*T) error) error
	Get(ctx context.Context, id phone.ID) (*T, error)
	List(ctx context.Context, q phone.Query) ([]*T, int, error)
}

// resource is one sort of object as the API offers it. B is what a request body
// may set: a struct of optional properties.
type resource[T, B any] struct {
	*Server
	what   string // for people: "Extension"
	plural string // what a list of them is called
	bounds bounds
	parts  int // that a body may have; 0 is as many as most
	keep   Collection[T]

	customer func(*T) phone.ID
	common   bool                  // what belongs to no customer may be seen by all
	guard    func(*call, *T) error // refuses to change or delete some of them; nil is none
	fresh    func(customer phone.ID) *T
	apply    func(c *call, in *B, to *T) error
	judge    func(*T, phone.References) error
	seen     func(c caller, object *T) *T // less what the caller may not see; nil: all of it
	show     func(c *call, object *T) any // nil: as it is
}

// routes are the five calls under a path: read is the level that may look,
// write the one that may change.
func (r resource[T, B]) routes(path string, read, write phone.Level) []route {
	return []route{
		{http.MethodGet, path, read, r.list},
		{http.MethodPost, path, write, r.create},
		{http.MethodGet, path + "/:id", read, r.get},
		{http.MethodPost, path + "/:id", write, r.update},
		{http.MethodDelete, path + "/:id", write, r.remove},
		{http.MethodDelete, path, write, missingID},
	}
}

func (r resource[T, B]) list(c *call) (any, error) {
	q, err := r.query(c, r.bounds)
	if err != nil {
		return nil, err
	}
	return r.listed(c, q)
}

// listed is the page of the list that the query selects.
func (r resource[T, B]) listed(c *call, q phone.Query) (any, error) {
	list, total, err := r.keep.List(c.Request.Context(), q)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", r.plural, err)
	}
	return listing(q, total, r.plural, each(list, func(object *T) any { return r.view(c, object) })), nil
}

func (r resource[T, B]) create(c *call) (any, error) {
	body, err := r.body(c)
	if err != nil {
		return nil, err
	}
	var in B
	var whose struct {
		Customer optional[identifier] `json:"customer"`
	}
	wrong, err := assign(body, &in, &whose)
	if err != nil {
		return nil, err
	}
	customer, err := r.ownerOf(c.caller, whose.Customer.value)
	if err != nil {
		return nil, err
	}
	made, err := creating(c, body, r.keep, func(refs phone.References) (*T, error) {
		object := r.fresh(customer)
		return object, beside(wrong, r.take(c, &in, object, refs))
	})
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", r.what, err)
	}
	return r.tagged(c, made), nil
}

// creating creates an object, once for an idempotency key.
func creating[T any](c *call, body []byte, keep Collection[T], make func(phone.References) (*T, error)) (*T, error) {
	ctx, origin, err := c.creation(body)
	if err != nil {
		return nil, err
	}
	made, err := keep.Create(ctx, make)
	if err == nil && origin.Replayed {
		c.Header(headerReplayed, "true")
	}
	return made, err
}

func (r resource[T, B]) get(c *call) (any, error) {
	id, err := c.id(r.what)
	if err != nil {
		return nil, err
	}
	object, err := r.keep.Get(c.Request.Context(), id)
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", r.what, err)
	}
	if whose := r.customer(object); !r.common || whose != "" {
		if err := r.own(c.caller, whose); err != nil {
			return nil, err
		}
	}
	return r.tagged(c, object), nil
}

func (r resource[T, B]) update(c *call) (any, error) {
	var in B
	body, err := r.body(c)
	if err != nil {
		return nil, err
	}
	wrong, err := assign(body, &in)
	if err != nil {
		return nil, err
	}
	return r.edit(c, func(object *T, refs phone.References) error {
		return beside(wrong, r.take(c, &in, object, refs))
	})
}

func (r resource[T, B]) body(c *call) ([]byte, error) { return c.bodyOf(cmp.Or(r.parts, maxTokens)) }

// take gives an object what a body says, and judges it.
func (r resource[T, B]) take(c *call, in *B, object *T, refs phone.References) error {
	if err := r.apply(c, in, object); err != nil {
		return err
	}
	return r.judge(object, refs)
}

// edit changes the object of the path, which must be the caller's and, where
// the request says so, as the caller knows it.
func (r resource[T, B]) edit(c *call, change func(*T, phone.References) error) (any, error) {
	id, err := c.id(r.what)
	if err != nil {
		return nil, err
	}
	object, err := r.keep.Update(c.changing(), id, func(object *T, refs phone.References) error {
		if err := r.mayChange(c, object); err != nil {
			return err
		}
		return change(object, refs)
	})
	if err != nil {
		return nil, fmt.Errorf("update %s: %w", r.what, err)
	}
	return r.tagged(c, object), nil
}

func (r resource[T, B]) remove(c *call) (any, error) {
	id, err := c.id(r.what)
	if err != nil {
		return nil, err
	}
	err = r.keep.Delete(c.changing(), id, func(object *T) error { return r.mayChange(c, object) })
	if err != nil {
		return nil, fmt.Errorf("delete %s: %w", r.what, err)
	}
	return success{true}, nil
}

// mayChange refuses to touch what is somebody else's, what nobody may change,
// and what is no longer as the caller knows it.
func (r resource[T, B]) mayChange(c *call, object *T) error {
	if err := r.own(c.caller, r.customer(object)); err != nil {
		return err
	}
	if r.guard != nil {
		if err := r.guard(c, object); err != nil {
			return err
		}
	}
	return unchanged(c, r.less(c, object))
}

// less is the object less what the caller may not see. Entity tags are of it:
// what is hidden could be guessed from them.
func (r resource[T, B]) less(c *call, object *T) *T {
	if r.seen == nil {
		return object
	}
	return r.seen(c.caller, object)
}

func (r resource[T, B]) view(c *call, object *T) any {
	object = r.less(c, object)
	if r.show == nil {
		return object
	}
	return r.show(c, object)
}

// tagged is the view of one object, with its entity tag in the answer's head.
func (r resource[T, B]) tagged(c *call, object *T) any {
	tag(c, r.less(c, object))
	return r.view(c, object)
}

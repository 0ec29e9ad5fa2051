package phone

import "context"

// Origin is where a change comes from: who asked, from where, by which call.
// It travels in the context from the management API to the store, which writes
// it down with the change.
type Origin struct {
	Employee ID     // "" for the admin token and for the system itself
	Level    Level  // "" for the system itself
	Address  string // of the client
	Call     string // "POST /pbx/sipphone"
	Phone    ID     // that has dialled a feature code, "" for the API

	Key    string // the client's idempotency key, "" for none
	Digest string // of the request that came with the key
	// Replayed is set by the store when the key has been used for the same
	// request: what that one made is returned again.
	Replayed bool
}

// By is "phone" or "api", in the words of events.
func (o *Origin) By() string {
	if o.Phone != "" {
		return "phone"
	}
	return "api"
}

type originKey struct{}

// WithOrigin is ctx with an origin in it.
func WithOrigin(ctx context.Context, o *Origin) context.Context {
	return context.WithValue(ctx, originKey{}, o)
}

// OriginOf is the origin in ctx, an empty one when there is none.
func OriginOf(ctx context.Context) *Origin {
	if o, ok := ctx.Value(originKey{}).(*Origin); ok {
		return o
	}
	return &Origin{}
}

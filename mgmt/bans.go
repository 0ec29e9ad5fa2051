package mgmt

import (
	"context"
	"fmt"
	"time"

	"ringfence/phone"
)

// Bans keeps the networks that SIP hears nothing from. Its list has those that
// have not ended.
type Bans interface {
	Collection[phone.Ban]
	ByAddress(ctx context.Context, address string) (*phone.Ban, error)
}

// maxBan is the longest ban that ends, in seconds: ten years.
const maxBan = 10 * 365 * 24 * 60 * 60

// banBody is what a request may set on a ban. Its end is a time, or so many
// seconds from now; null and 0 are none.
type banBody struct {
	Address optional[string] `json:"address"`
	Reason  optional[string] `json:"reason"`
	Until   optional[date]   `json:"until"`
	Seconds optional[*int]   `json:"seconds"`
}

var banBounds = bounds{normal: 100, most: 1000}

// bans are ADMIN's business: they are of the whole server, and of no customer.
func (s *Server) bans() resource[phone.Ban, banBody] {
	return resource[phone.Ban, banBody]{
		Server: s, what: "Ban", plural: "bans", bounds: banBounds, keep: s.Bans,
		customer: func(*phone.Ban) phone.ID { return "" },
		fresh:    func(phone.ID) *phone.Ban { return phone.NewBan(s.Now()) },
		judge:    func(b *phone.Ban, _ phone.References) error { return b.Validate(s.Now()) },
		apply: func(_ *call, in *banBody, b *phone.Ban) error {
			in.Address.into(&b.Address)
			if p, ok := phone.ParseBanned(b.Address); ok {
				b.Address = phone.BannedText(p)
			}
			in.Reason.into(&b.Reason)
			return in.end(s.Now(), b)
		},
	}
}

// end sets when the ban ends.
func (in *banBody) end(now time.Time, b *phone.Ban) error {
	seconds := in.Seconds.value
	switch {
	case seconds != nil && in.Until.value.Time != nil:
		return invalid("seconds", "Seconds and until cannot both be given")
	case seconds != nil && (*seconds < 0 || *seconds > maxBan):
		return invalid("seconds", fmt.Sprintf("Value is invalid, must be a Number from 0 to %d", maxBan))
	case seconds != nil && *seconds > 0:
		b.Until = phone.Moment(now.Add(time.Duration(*seconds) * time.Second))
	case in.Until.value.Time != nil:
		b.Until = *in.Until.value.Time
	case in.Until.named || in.Seconds.named:
		b.Until = time.Time{}
	}
	return nil
}

// listBans is GET /pbx/ban: a page, or all of them as nftables reads them.
func (s *Server) listBans(c *call) (any, error) {
	switch c.Query("format") {
	case "", "json":
		return s.bans().list(c)
	case "nft":
		all, _, err := s.Bans.List(c.Request.Context(), phone.Query{})
		if err != nil {
			return nil, fmt.Errorf("list bans: %w", err)
		}
		return nftSet{all, s.Now()}, nil
	}
	return nil, invalid("format", "Value is invalid, must be json or nft")
}

// byAddress lets the path name a ban by its address as well as by its id.
func (s *Server) byAddress(handle func(*call) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		p, ok := phone.ParseBanned(c.Param("id"))
		if !ok {
			return handle(c)
		}
		ban, err := s.Bans.ByAddress(c.Request.Context(), phone.BannedText(p))
		if err != nil {
			return nil, fmt.Errorf("find a ban: %w", err)
		}
		for i := range c.Params {
			if c.Params[i].Key == "id" {
				c.Params[i].Value = string(ban.ID)
			}
		}
		return handle(c)
	}
}

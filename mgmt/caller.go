package mgmt

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/gin-gonic/gin"

	"ringfence/phone"
)

// caller is who makes a request.
type caller struct {
	employee phone.ID // "" for the admin token
	customer phone.ID // "" for the admin token
	level    phone.Level
}

// identify finds the caller by the token: Authorization: Bearer, ?token= or the
// cookie "token".
func (s *Server) identify(g *gin.Context) (caller, error) {
	token, _ := tokenOf(g)
	if token == "" {
		return caller{}, errNoToken
	}
	return s.callerOf(g.Request.Context(), sha256.Sum256([]byte(token)))
}

// callerOf finds whose token has the hash.
func (s *Server) callerOf(ctx context.Context, hash [sha256.Size]byte) (caller, error) {
	if s.AdminToken != "" && subtle.ConstantTimeCompare(hash[:], s.adminToken[:]) == 1 {
		return caller{level: phone.Admin}, nil
	}
	return s.session(ctx, hex.EncodeToString(hash[:]))
}

// tokenOf finds the token, and whether it is the cookie's, which a browser also
// sends unasked.
func tokenOf(g *gin.Context) (token string, cookie bool) {
	if scheme, token, ok := strings.Cut(g.GetHeader("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token), false
	}
	if token := g.Query("token"); token != "" {
		return token, false
	}
	token, err := g.Cookie(tokenCookie)
	return token, err == nil
}

// session finds the employee of a login and lets the login live on.
func (s *Server) session(ctx context.Context, hash string) (caller, error) {
	session, err := s.Sessions.Session(ctx, hash)
	if phone.KindOf(err) == phone.NotFound {
		return caller{}, errInvalidToken
	}
	if err != nil {
		return caller{}, fmt.Errorf("find the session: %w", err)
	}
	now := s.Now()
	if !session.Expires.IsZero() && !now.Before(session.Expires) {
		return caller{}, errExpired
	}
	e, err := s.Employees.Get(ctx, session.Employee)
	if phone.KindOf(err) == phone.NotFound || err == nil && !s.admits(e) {
		return caller{}, errInvalidToken
	}
	if err != nil {
		return caller{}, fmt.Errorf("find the employee of a session: %w", err)
	}
	// Written at most once a minute, not with every request.
	if until := now.Add(session.Extend); !session.Expires.IsZero() && until.Sub(session.Expires) > touchAfter {
		if err := s.Sessions.TouchSession(ctx, hash, until); err != nil {
			return caller{}, fmt.Errorf("extend the session: %w", err)
		}
	}
	return caller{employee: e.ID, customer: e.Customer, level: e.AccessLevel}, nil
}

// admits says whether the employee may log in: they are enabled, and their
// customer is not deleted. Of a blocked customer they may.
func (s *Server) admits(e *phone.Employee) bool {
	customer := s.Book.Customer(e.Customer)
	return e.State == phone.EmployeeEnabled && (customer == nil || customer.State != phone.CustomerDeleted)
}

// may says whether the caller may touch objects of the customer: their own, as
// a reseller those of its customers, above that all.
func (s *Server) may(c caller, customer phone.ID) bool {
	switch {
	case c.level.AtLeast(phone.ResellerAdmin):
		return true
	case customer == "":
		return false
	case c.customer == customer:
		return true
	case c.level == phone.Reseller:
		other := s.Book.Customer(customer)
		return other != nil && other.ParentReseller == c.customer
	}
	return false
}

// own refuses what belongs to somebody else.
func (s *Server) own(c caller, customer phone.ID) error {
	if !s.may(c, customer) {
		return phone.Fault(phone.AccessDenied)
	}
	return nil
}

// extensionOf is the caller's own extension. Who has none is denied what is only
// about oneself.
func (s *Server) extensionOf(c caller) (*phone.Extension, error) {
	e := s.Book.ByEmployee(c.employee)
	if c.employee == "" || e == nil {
		return nil, phone.Fault(phone.AccessDenied)
	}
	return e, nil
}

// ownerOf finds whose a new thing shall be: the customer's that the request
// names, or the caller's own. One that does not exist is denied to who sees only
// some customers anyway; from RESELLER up it is left to the check of the thing,
// which says so among whatever else is wrong.
func (s *Server) ownerOf(c caller, asked identifier) (phone.ID, error) {
	id := c.customer
	if asked != "" {
		id = asked.id()
	}
	if c.level.AtLeast(phone.Reseller) && s.Book.Customer(id) == nil {
		return id, nil
	}
	return id, s.own(c, id)
}

// scope limits a list to what the caller may see: the customer asked for, or
// their own, or as a reseller or above all of theirs.
func (s *Server) scope(c *call, q phone.Query) (_ phone.Query, err error) {
	asked := c.Query("customer")
	switch {
	case asked != "":
		q.Customer, err = s.ownerOf(c.caller, identifier(asked))
		if err == nil && s.Book.Customer(q.Customer) == nil {
			err = phone.Fault(phone.NoCustomer)
		}
		return q, err
	case c.caller.level.AtLeast(phone.ResellerAdmin):
		return q, nil
	case c.caller.customer == "":
		return q, phone.Fault(phone.AccessDenied) // in a query, no customer is every customer
	case c.caller.level == phone.Reseller:
		q.Reseller = c.caller.customer
	default:
		q.Customer = c.caller.customer
	}
	return q, nil
}

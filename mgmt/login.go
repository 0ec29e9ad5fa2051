package mgmt

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/crypto/bcrypt"

	"ringfence/phone"
)

const (
	tokenCookie  = "token"
	sessionLife  = 15 * time.Minute // without a request
	touchAfter   = time.Minute
	maxHashing   = 4  // passwords hashed at one time; each takes a core for some 50 ms
	maxPassword  = 72 // bytes; bcrypt reads no more
	minPassword  = 8
	passwordCost = bcrypt.DefaultCost
)

// loginAnswer is what a login tells. Token is in it only where one was made.
type loginAnswer struct {
	Success      bool        `json:"success,omitempty"`
	Token        string      `json:"token,omitempty"`
	ExpiresIn    int         `json:"expiresInMinutes,omitempty"` // -1 until logout
	Employee     phone.ID    `json:"employee"`
	Customer     phone.ID    `json:"customer"`
	AccessLevel  phone.Level `json:"accessLevel"`
	Name         string      `json:"name,omitempty"`
	CustomerName string      `json:"customerName,omitempty"`
}

// login takes a user name and a password and gives a token.
func (s *Server) login(c *call) (any, error) {
	var in struct {
		Username string `json:"username"`
		Password string `json:"password"`
		Cookie   flag   `json:"cookie"`
		Persist  flag   `json:"persist"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if bool(in.Cookie) && crossOrigin(c.Request) {
		return nil, errCrossOrigin // nobody shall log a browser in as somebody else
	}
	e, err := s.prove(c, in.Username, in.Password)
	if err != nil {
		return nil, err
	}
	token, err := s.newSession(c.Request.Context(), e.ID, bool(in.Persist))
	if err != nil {
		return nil, err
	}
	if in.Cookie {
		c.SetSameSite(http.SameSiteStrictMode)
		c.SetCookie(tokenCookie, token, 0, "/", "", c.Request.TLS != nil, true)
	}
	out := loginAnswer{
		Token: token, ExpiresIn: int(sessionLife / time.Minute),
		Employee: e.ID, Customer: e.Customer, AccessLevel: e.AccessLevel, Name: e.Name,
		CustomerName: s.customerName(e.Customer),
	}
	if in.Persist {
		out.ExpiresIn = -1
	}
	return out, nil
}

// prove finds the employee and compares the password. An unknown user costs
// the same time and gets the same answer as a wrong password.
func (s *Server) prove(c *call, username, password string) (*phone.Employee, error) {
	done, err := s.takeTurn()
	if err != nil {
		return nil, err
	}
	defer done()
	user, address := userGuesser(username), addressGuesser(c.from)
	if wait := s.throttle.try(user, address); wait > 0 {
		return nil, tooMany("Too many wrong passwords, try again later", wait)
	}
	e, err := s.Employees.ByLogin(c.Request.Context(), username)
	if err != nil && phone.KindOf(err) != phone.NotFound {
		return nil, fmt.Errorf("find the employee: %w", err)
	}
	hash := nobodysHash
	if e != nil {
		hash = e.PasswordHash
	}
	wrong := bcrypt.CompareHashAndPassword([]byte(hash), []byte(password))
	if e == nil || wrong != nil || len(password) > maxPassword || !s.admits(e) {
		return nil, errCredentials
	}
	s.throttle.proven(user, address)
	return e, nil
}

// nobodysHash is what an unknown user's password is compared with, which takes as
// long as with another's: that of a random text that nobody has kept. It is made
// beforehand, for a start would have to wait for it.
const nobodysHash = "$2a$10$iCx/ohDiVLDKGj96sYMzluuwMdJIBMNWdEhm/rPk/Smzy6um5qzgG"

// takeTurn takes one of the few places for hashing a password, and returns what
// gives it back.
func (s *Server) takeTurn() (done func(), err error) {
	select {
	case s.hashing <- struct{}{}:
		return func() { <-s.hashing }, nil
	default:
		return nil, errBusy
	}
}

// passwordFaults judges a password that somebody is to have.
func passwordFaults(password optional[string]) phone.Faults {
	if n := len(password.value); password.named && (n < minPassword || n > maxPassword) {
		return phone.Faults{invalid("password", fmt.Sprintf("Password must have %d to %d bytes", minPassword, maxPassword))}
	}
	return nil
}

func (s *Server) hashInTurn(password string) (string, error) {
	done, err := s.takeTurn()
	if err != nil {
		return "", err
	}
	defer done()
	return HashPassword(password)
}

func (s *Server) newSession(ctx context.Context, employee phone.ID, persist bool) (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(b[:])
	hash := sha256.Sum256([]byte(token))
	session := &phone.Session{TokenHash: hex.EncodeToString(hash[:]), Employee: employee, Extend: sessionLife}
	if !persist {
		session.Expires = s.Now().Add(sessionLife)
	}
	if err := s.Sessions.SaveSession(ctx, session); err != nil {
		return "", fmt.Errorf("save the session: %w", err)
	}
	return token, nil
}

// logout ends every session of the user.
func (s *Server) logout(c *call) (any, error) {
	if c.caller.employee != "" {
		if err := s.Sessions.DeleteSessions(c.Request.Context(), c.caller.employee); err != nil {
			return nil, fmt.Errorf("end the sessions: %w", err)
		}
	}
	return success{true}, nil
}

// HashPassword makes what is stored of an employee's password.
func HashPassword(password string) (string, error) {
	hash, err := bcrypt.GenerateFromPassword([]byte(password), passwordCost)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return string(hash), nil
}

package provision

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"ringfence/phone"
)

// Devices is where it is written down what has become of tokens. Each change is
// told to Server.DeviceChanged.
type Devices interface {
	SpendToken(context.Context, phone.MAC) error
	RotateToken(context.Context, phone.MAC) error
}

// tokens are what makes the URLs of a device unguessable, as its MAC address is
// not. They are worked out from the server's key, so nothing need be kept of a
// device that nothing has happened to.
//
// A device has two. That of the first contact is what a redirection service or a
// person is told, and is dead when the steady one has come, which only the
// device itself is told, behind its fence. When they are made anew, the steady one with
// which the device came last goes on as another one of first contact, and so does
// the one before: the device knows the first, and has perhaps been told the other.
// Those of another owner are others.
type tokens struct {
	key []byte

	mu      sync.RWMutex // guards devices
	devices map[uint64]fate
}

// fate is what has happened to the tokens of a device.
type fate struct {
	generation uint32
	known      uint32 // as in phone.Device
}

// spent says whether the token of the first contact is dead.
func (f fate) spent() bool { return f.known == f.generation+1 }

// owned is a device in the hands of a customer, which is "" for none that we know.
type owned struct {
	mac   phone.MAC
	owner phone.ID
}

// ownedBy is the device of these phones, which have one owner.
func ownedBy(mac phone.MAC, phones []*phone.Account) owned {
	if len(phones) == 0 {
		return owned{mac: mac}
	}
	return owned{mac, phones[0].Customer}
}

func newTokens(key []byte, known []phone.Device) *tokens {
	t := &tokens{key: key, devices: map[uint64]fate{}}
	for _, d := range known {
		t.put(d)
	}
	return t
}

func (t *tokens) put(d phone.Device) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.devices[number(d.MAC)] = fate{uint32(d.Generation), uint32(d.Known)}
}

func (t *tokens) fate(mac phone.MAC) fate {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.devices[number(mac)]
}

// number is a MAC address as one, which takes less room.
func number(mac phone.MAC) uint64 {
	n, _ := strconv.ParseUint(string(mac), 16, 64) // "" is 0, as no MAC address is
	return n
}

// claim is what the token of a request proves.
type claim byte

const (
	noToken claim = iota
	wrongToken
	spentToken // that of the first contact, when it is dead
	firstToken
	steadyToken
)

// proven says whether who asks knows a token that nobody can guess.
func (c claim) proven() bool { return c == firstToken || c == steadyToken }

// judge costs the same for each device and each token, whether there is such a
// phone or not.
func (t *tokens) judge(o owned, token string) claim {
	if token == "" {
		return noToken
	}
	is := t.fate(o.mac)
	steady := same(token, t.steady(o, is.generation))
	first := same(token, t.first(o, is.generation))
	// Where there was none before, these are some that nobody was ever told.
	known, former := same(token, t.steady(o, is.known-1)), same(token, t.steady(o, is.generation-1))
	switch {
	case steady:
		return steadyToken
	case first && is.spent():
		return spentToken
	case first, (known || former) && !is.spent():
		return firstToken
	}
	return wrongToken
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (t *tokens) first(o owned, generation uint32) string { return t.token("first", o, generation) }

func (t *tokens) steady(o owned, generation uint32) string { return t.token("steady", o, generation) }

// tokenLength is that of 130 bits.
const tokenLength = 26

const tokenLetters = "abcdefghijklmnopqrstuvwxyz234567"

var tokenCode = base32.NewEncoding(tokenLetters).WithPadding(base32.NoPadding)

func (t *tokens) token(what string, o owned, generation uint32) string {
	return tokenCode.EncodeToString(t.sum(what, o, generation))[:tokenLength]
}

func (t *tokens) sum(what string, o owned, generation uint32) []byte {
	h := hmac.New(sha256.New, t.key)
	_, _ = fmt.Fprintf(h, "%s %s %s %d", what, o.mac, o.owner, generation) // a hash does not fail
	return h.Sum(nil)
}

// isToken says whether a part of a path has the form of a token.
func isToken(part string) bool {
	return len(part) == tokenLength && strings.Trim(part, tokenLetters) == ""
}

package digest

import (
	"errors"
	"testing"
)

func TestAnswer(t *testing.T) {
	tests := []struct {
		name string
		ch   Challenge
		user string
		want string
	}{
		{"SHA-256 with qop",
			Challenge{Realm: "pbx.example", Nonce: "n1", Algorithm: "SHA-256", QOP: "auth"}, "1001",
			`Digest username="1001", realm="pbx.example", nonce="n1", uri="sip:pbx.example", ` +
				`response="` + responseSHA256 + `", algorithm=SHA-256, cnonce="c1", qop=auth, nc=00000001`},
		{"qop=auth is chosen from a list",
			Challenge{Realm: "pbx.example", Nonce: "n1", QOP: "auth-int, AUTH"}, "1001",
			`Digest username="1001", realm="pbx.example", nonce="n1", uri="sip:pbx.example", ` +
				`response="1a1f9057037a4628930cbb4ec2b065bd", cnonce="c1", qop=auth, nc=00000001`},
		{"no qop", Challenge{Realm: "pbx.example", Nonce: "n1", Algorithm: "MD5"}, "1001",
			`Digest username="1001", realm="pbx.example", nonce="n1", uri="sip:pbx.example", ` +
				`response="dcb1031816bc5c927e7a900238d3a3cd", algorithm=MD5`},
		{"a name is hashed plain and sent escaped",
			Challenge{Realm: "pbx.example", Nonce: "n1", Algorithm: "SHA-256", QOP: "auth"}, `a"b\c`,
			`Digest username="a\"b\\c", realm="pbx.example", nonce="n1", uri="sip:pbx.example", ` +
				`response="57e333ff108426598344a4ca801d8a4b7d2ec87ea591105cdc17a0464317c5fc", ` +
				`algorithm=SHA-256, cnonce="c1", qop=auth, nc=00000001`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Answer(tt.ch, tt.user, "pw", "REGISTER", "sip:pbx.example", "c1", 1)
			if err != nil || got != tt.want {
				t.Errorf("got %s, %v\nwant %s", got, err, tt.want)
			}
		})
	}
}

func TestAnswerRefuses(t *testing.T) {
	ours := Challenge{Realm: "r", Nonce: "n", QOP: "auth"}
	tests := []struct {
		name         string
		ch           Challenge
		user, cnonce string
		nc           uint32
		want         error
	}{
		{"an algorithm that is not ours", Challenge{Algorithm: "SHA-512-256"}, "u", "c", 1, ErrAlgorithm},
		{"a session algorithm", Challenge{Algorithm: "MD5-sess"}, "u", "c", 1, ErrAlgorithm},
		{"auth-int alone", Challenge{QOP: "auth-int"}, "u", "c", 1, ErrQOP},
		{"an nc of zero", ours, "u", "c", 0, ErrCount},
		{"no cnonce", ours, "u", "", 1, ErrCount},
		{"a name that would begin a new header", ours, "u\r\nTo: x", "c", 1, ErrSyntax},
		{"a realm that would begin a new header", Challenge{Realm: "r\n"}, "u", "c", 1, ErrSyntax},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Answer(tt.ch, tt.user, "pw", "REGISTER", "sip:r", tt.cnonce, tt.nc)
			if !errors.Is(err, tt.want) || got != "" {
				t.Errorf("got %q, %v; want only the error %v", got, err, tt.want)
			}
		})
	}
}

// Both sides of this package speak to each other, over three uses of a nonce.
func TestOurClientLogsInToOurServer(t *testing.T) {
	for _, a := range []Algorithm{SHA256, MD5} {
		ch, err := ParseChallenge(Challenges(`say "a"`, "n1", false, a)[0])
		if err != nil {
			t.Fatal(err)
		}
		for nc := uint32(9); nc < 12; nc++ {
			value, err := Answer(ch, `b\c`, "pw", "INVITE", "sip:1002@pbx.example", "c1", nc)
			if err != nil {
				t.Fatal(err)
			}
			c, err := ParseCredentials(value)
			if err != nil || c.NC != nc || !c.Verify(HA1(a, `b\c`, `say "a"`, "pw"), "INVITE") {
				t.Errorf("%s with nc %d is refused: %s, %v", a, nc, value, err)
			}
		}
	}
}

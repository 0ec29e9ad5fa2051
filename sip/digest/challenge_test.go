package digest

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestChallengesAreWrittenInOrder(t *testing.T) {
	tests := []struct {
		name, realm string
		stale       bool
		as          []Algorithm
		want        []string
	}{
		{"the stronger first", "pbx.example", false, []Algorithm{SHA256, MD5}, []string{
			`Digest realm="pbx.example", nonce="n1", algorithm=SHA-256, qop="auth"`,
			`Digest realm="pbx.example", nonce="n1", algorithm=MD5, qop="auth"`,
		}},
		{"a nonce too old is said in each", "pbx.example", true, []Algorithm{MD5, SHA256}, []string{
			`Digest realm="pbx.example", nonce="n1", algorithm=MD5, qop="auth", stale=true`,
			`Digest realm="pbx.example", nonce="n1", algorithm=SHA-256, qop="auth", stale=true`,
		}},
		{"a realm with quotes is escaped", `the "new" \ PBX`, false, []Algorithm{MD5}, []string{
			`Digest realm="the \"new\" \\ PBX", nonce="n1", algorithm=MD5, qop="auth"`,
		}},
		{"no algorithm, no challenge", "pbx.example", false, nil, []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Challenges(tt.realm, "n1", tt.stale, tt.as...)
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestParseChallenge(t *testing.T) {
	tests := []struct {
		name, value string
		want        Challenge
	}{
		{"realm and nonce are enough", `Digest realm="r", nonce="n"`, Challenge{Realm: "r", Nonce: "n"}},
		{"every parameter is read",
			`Digest realm="r", domain="sip:r", nonce="n", opaque="o", stale=TRUE, ` +
				`algorithm=SHA-256, qop="auth,auth-int"`,
			Challenge{Realm: "r", Nonce: "n", Opaque: "o", Algorithm: "SHA-256",
				QOP: "auth,auth-int", Stale: true}},
		{"stale in quotes, as some write it", `Digest realm="r", nonce="n", stale="true"`,
			Challenge{Realm: "r", Nonce: "n", Stale: true}},
		{"not stale", `Digest realm="r", nonce="n", stale=FALSE`, Challenge{Realm: "r", Nonce: "n"}},
		{"an algorithm that is not ours is no error yet",
			`Digest realm="r", nonce="n", algorithm=AKAv1-MD5`,
			Challenge{Realm: "r", Nonce: "n", Algorithm: "AKAv1-MD5"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseChallenge(tt.value)
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v\nwant %+v", got, err, tt.want)
			}
		})
	}
}

func TestParseChallengeRefuses(t *testing.T) {
	tests := []struct {
		name, value string
		want        error
	}{
		{"another scheme", `Basic realm="r"`, ErrScheme},
		{"no realm", `Digest nonce="n"`, ErrSyntax},
		{"no nonce", `Digest realm="r"`, ErrSyntax},
		{"two nonces", `Digest realm="r", nonce="n", nonce="m"`, ErrSyntax},
		{"more than 2048 bytes", `Digest realm="` + strings.Repeat("r", 2048) + `"`, ErrTooBig},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseChallenge(tt.value)
			if !errors.Is(err, tt.want) || got != (Challenge{}) {
				t.Errorf("got %+v, %v; want only the error %v", got, err, tt.want)
			}
		})
	}
}

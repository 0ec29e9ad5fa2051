package digest

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const full = `Digest username="1001", realm="pbx.example", nonce="n1", uri="sip:pbx.example", ` +
	`response="1a1f9057037a4628930cbb4ec2b065bd", algorithm=MD5, opaque="o", ` +
	`cnonce="c1", qop=auth, nc=00000001`

var fullRead = Credentials{Username: "1001", Realm: "pbx.example", Nonce: "n1",
	URI: "sip:pbx.example", Response: "1a1f9057037a4628930cbb4ec2b065bd", Algorithm: "MD5",
	Opaque: "o", Cnonce: "c1", QOP: "auth", NC: 1, nc: "00000001"}

func TestParseCredentials(t *testing.T) {
	least := Credentials{Username: "u", Realm: "r", Nonce: "n", URI: "/", Response: "0"}
	with := func(change func(*Credentials)) Credentials {
		c := least
		change(&c)
		return c
	}
	const head = `Digest username="u", realm="r", nonce="n", uri="/", response="0"`
	tests := []struct {
		name, value string
		want        Credentials
	}{
		{"every parameter is read", full, fullRead},
		{"the five that must be there are enough", head, least},
		{"names and scheme have no case",
			`dIGEST Username="u",REALM="r",nonce="n",Uri="/",response="0"`, least},
		{"blanks may stand round commas and equals signs",
			"  Digest\t username = \"u\" ,\trealm= \"r\",nonce =\"n\" , uri=\"/\",response=\"0\"  ", least},
		{"a value may be a token", `Digest username=u, realm=r, nonce=n, uri="/", response=0`, least},
		{"a token may be quoted", head + `, qop="auth", cnonce="c", nc="0000000A"`,
			with(func(c *Credentials) { c.QOP, c.Cnonce, c.NC, c.nc = "auth", "c", 10, "0000000A" })},
		{"an unknown parameter is ignored", head + `, userhash=false, x="\""`, least},
		{"an escaped quote ends nothing",
			`Digest username="a\"b\\c", realm="r", nonce="n", uri="/", response="0"`,
			with(func(c *Credentials) { c.Username = `a"b\c` })},
		{"commas and equals signs may stand in quotes",
			`Digest username="a,b=c", realm="r", nonce="n", uri="/", response="0"`,
			with(func(c *Credentials) { c.Username = "a,b=c" })},
		{"a name may hold any UTF-8",
			`Digest username="Jäsøn Doe", realm="r", nonce="n", uri="/", response="0"`,
			with(func(c *Credentials) { c.Username = "Jäsøn Doe" })},
		{"24 parameters are not too many", head + manyParams(19), least},
		{"2048 bytes are not too long", pad(head, 2048), least},
		{"present but empty is not missing",
			`Digest username="", realm="r", nonce="", uri="/", response=""`,
			with(func(c *Credentials) { c.Username, c.Nonce, c.Response = "", "", "" })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseCredentials(tt.value)
			if err != nil || got != tt.want {
				t.Errorf("got %#v, %v\nwant %#v", got, err, tt.want)
			}
		})
	}
}

func TestParseCredentialsRefuses(t *testing.T) {
	const head = `Digest username="u", realm="r", nonce="n", uri="/", response="0"`
	tests := []struct {
		name, value string
		want        error
	}{
		{"nothing", "", ErrScheme},
		{"another scheme", `Basic dXNlcjpwYXNz`, ErrScheme},
		{"a scheme that only begins like ours", `Digester a="b"`, ErrScheme},
		{"the scheme alone", `Digest`, ErrSyntax},
		{"the scheme with a comma behind", `Digest,a=b`, ErrSyntax},
		{"no parameter", `Digest `, ErrSyntax},
		{"no username", strings.Replace(head, "username", "x", 1), ErrSyntax},
		{"no realm", strings.Replace(head, "realm", "x", 1), ErrSyntax},
		{"no nonce", strings.Replace(head, "nonce", "x", 1), ErrSyntax},
		{"no uri", strings.Replace(head, "uri", "x", 1), ErrSyntax},
		{"no response", strings.Replace(head, "response", "x", 1), ErrSyntax},
		{"a parameter that comes twice", head + `, nonce="n"`, ErrSyntax},
		{"a parameter that comes twice in another case", head + `, NONCE="m"`, ErrSyntax},
		{"an unknown parameter that comes twice", head + `, x=1, x=2`, ErrSyntax},
		{"a second list behind a comma", head + `, ` + head, ErrSyntax},
		{"a comma at the end", head + `,`, ErrSyntax},
		{"two commas", head + `,, x=1`, ErrSyntax},
		{"no comma between two", head + ` x=1`, ErrSyntax},
		{"a name without a value", head + `, x`, ErrSyntax},
		{"a value without a name", head + `, =1`, ErrSyntax},
		{"an empty token", head + `, x=`, ErrSyntax},
		{"a URI without quotes", strings.Replace(head, `"/"`, `/`, 1), ErrSyntax},
		{"an open quote", head + `, x="1`, ErrSyntax},
		{"an open quote that ends in a backslash", head + `, x="1\`, ErrSyntax},
		{"a quote that is only closed by an escaped one", head + `, x="1\"`, ErrSyntax},
		{"a line break in quotes", head + ", x=\"1\r\nVia: y\"", ErrSyntax},
		{"an escaped line break", head + ", x=\"1\\\n\"", ErrSyntax},
		{"a line break between two", head + ",\r\n x=1", ErrSyntax},
		{"a zero byte", head + ", x=\"\x00\"", ErrSyntax},
		{"an nc of seven digits", head + `, nc=0000001`, ErrSyntax},
		{"an nc of nine digits", head + `, nc=000000001`, ErrSyntax},
		{"an nc with a sign", head + `, nc=+0000001`, ErrSyntax},
		{"an nc that is not hex", head + `, nc=0000000g`, ErrSyntax},
		{"a qop without nc", head + `, qop=auth, cnonce="c"`, ErrSyntax},
		{"a qop without cnonce", head + `, qop=auth, nc=00000001`, ErrSyntax},
		{"more than 2048 bytes", pad(head, 2049), ErrTooBig},
		{"more than 24 parameters", head + manyParams(20), ErrTooBig},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseCredentials(tt.value)
			if !errors.Is(err, tt.want) || got != (Credentials{}) {
				t.Errorf("got %#v, %v; want only the error %v", got, err, tt.want)
			}
		})
	}
}

func manyParams(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ", x%d=1", i)
	}
	return b.String()
}

// pad brings a header to n bytes with a parameter that nobody reads.
func pad(head string, n int) string {
	const frame = `, x=""`
	return head + `, x="` + strings.Repeat("x", n-len(head)-len(frame)) + `"`
}

func TestCredentialsKeepTheirSecretsOutOfLogs(t *testing.T) {
	secrets := []string{fullRead.Response, fullRead.Nonce + `"`, fullRead.Cnonce + `"`}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("seen", "credentials", fullRead)
	slog.New(slog.NewTextHandler(&log, nil)).Info("seen", "credentials", fullRead)
	fmt.Fprintf(&log, "%v %+v %s", fullRead, &fullRead, fullRead)
	for _, secret := range secrets {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%s stands in %s", secret, log.String())
		}
	}
	if got := strings.Count(log.String(), "1001"); got != 5 {
		t.Errorf("the user is named %d times in 5 lines: %s", got, log.String())
	}
}

func TestErrorsDoNotRepeatWhatWasRead(t *testing.T) {
	for _, value := range []string{
		`hunter2 username="hunter2"`,
		`Digest username="hunter2`,
		`Digest hunter2=1, hunter2=2`,
		`Digest hunter2`,
		`Digest nc=hunter2`,
	} {
		if _, err := ParseCredentials(value); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", value, err)
		}
	}
}

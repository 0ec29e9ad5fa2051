package digest

import "testing"

// example is a whole exchange as an RFC prints it.
type example struct {
	name                      string
	challenge, credentials    string
	username, realm, password string
	algorithm                 Algorithm
	cnonce                    string
}

var examples = []example{
	{
		name: "RFC 7616 section 3.9.1 with SHA-256",
		challenge: `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, ` +
			`nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ` +
			`opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
		credentials: `Digest username="Mufasa", realm="http-auth@example.org", ` +
			`nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", uri="/dir/index.html", ` +
			`response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", ` +
			`algorithm=SHA-256, opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", ` +
			`cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, nc=00000001`,
		username: "Mufasa", realm: "http-auth@example.org", password: "Circle of Life",
		algorithm: SHA256, cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
	},
	{
		name: "RFC 7616 section 3.9.1 with MD5",
		challenge: `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, ` +
			`nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ` +
			`opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
		credentials: `Digest username="Mufasa", realm="http-auth@example.org", ` +
			`nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", uri="/dir/index.html", ` +
			`response="8ca523f5e9506fed4657c9700eebdbec", ` +
			`algorithm=MD5, opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", ` +
			`cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, nc=00000001`,
		username: "Mufasa", realm: "http-auth@example.org", password: "Circle of Life",
		algorithm: MD5, cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
	},
	{
		name: "RFC 2617 section 3.5, which names no algorithm",
		challenge: `Digest realm="testrealm@host.com", qop="auth,auth-int", ` +
			`nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`,
		credentials: `Digest username="Mufasa", realm="testrealm@host.com", ` +
			`nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", ` +
			`response="6629fae49393a05397450978507c4ef1", ` +
			`opaque="5ccc069c403ebaf9f0171e9517f40e41", cnonce="0a4f113b", qop=auth, nc=00000001`,
		username: "Mufasa", realm: "testrealm@host.com", password: "Circle Of Life",
		algorithm: MD5, cnonce: "0a4f113b",
	},
}

func TestTheServerAcceptsTheExamplesOfTheRFCs(t *testing.T) {
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			c, err := ParseCredentials(e.credentials)
			if err != nil {
				t.Fatal(err)
			}
			if !c.Verify(HA1(e.algorithm, e.username, e.realm, e.password), "GET") {
				t.Error("the right password is refused")
			}
			if c.Verify(HA1(e.algorithm, e.username, e.realm, "Hakuna matata"), "GET") {
				t.Error("a wrong password is accepted")
			}
		})
	}
}

func TestTheClientAnswersLikeTheExamplesOfTheRFCs(t *testing.T) {
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			ch, err := ParseChallenge(e.challenge)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Answer(ch, e.username, e.password, "GET", "/dir/index.html", e.cnonce, 1)
			if err != nil || got != e.credentials {
				t.Errorf("got %s, %v\nwant %s", got, err, e.credentials)
			}
		})
	}
}

// The response is that of the erratum to RFC 2069 section 2.4, which prints a
// wrong one.
func TestTheClientAnswersAChallengeWithoutQOPLikeRFC2069(t *testing.T) {
	ch := Challenge{Realm: "testrealm@host.com", Nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093"}
	got, err := Answer(ch, "Mufasa", "CircleOfLife", "GET", "/dir/index.html", "unused", 1)
	want := `Digest username="Mufasa", realm="testrealm@host.com", ` +
		`nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", ` +
		`response="1949323746fe6a43ef61f9606e7febea"`
	if err != nil || got != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
}

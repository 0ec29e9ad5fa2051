package provision

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"ringfence/phone"
)

// maker signs certificates of phones.
type maker struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

func newMaker(t *testing.T) *maker {
	t.Helper()
	m := &maker{}
	m.cert, m.key = sign(t, &x509.Certificate{Subject: pkix.Name{CommonName: "a maker"}, IsCA: true, BasicConstraintsValid: true}, m)
	return m
}

func (m *maker) phone(t *testing.T, c x509.Certificate) *x509.Certificate {
	t.Helper()
	cert, _ := sign(t, &c, m)
	return cert
}

func sign(t *testing.T, c *x509.Certificate, by *maker) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(1), time.Unix(0, 0), time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
	parent, signer := by.cert, by.key
	if parent == nil {
		parent, signer = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

func named(common string) x509.Certificate {
	return x509.Certificate{Subject: pkix.Name{CommonName: common}}
}

// A certificate of another phone keeps it out; none, and one that nobody we know
// has signed, are as good as each other.
func TestCertificates(t *testing.T) {
	trusted, stranger := newMaker(t), newMaker(t)
	pool := x509.NewCertPool()
	pool.AddCert(trusted.cert)
	s := newSite(t, func(c *Config) { c.ClientCAs = pool })
	for name, c := range map[string]struct {
		by       *maker
		cert     x509.Certificate
		want     int
		verified bool
	}{
		"none":                           {nil, x509.Certificate{}, 200, false},
		"its own":                        {trusted, named("000413AABB01"), 200, true},
		"its own, with a model":          {trusted, named("CP-8851-3PCC-SEP000413AABB01"), 200, true},
		"its own, with colons":           {trusted, named("00:04:13:aa:bb:01"), 200, true},
		"its own, as serial number":      {trusted, x509.Certificate{Subject: pkix.Name{CommonName: "Phone", SerialNumber: "PID:VVX 000413aabb01"}}, 200, true},
		"its own, as a name":             {trusted, x509.Certificate{DNSNames: []string{"000413aabb01.example.net"}}, 200, true},
		"another phone's":                {trusted, named("000413AABB02"), 404, true},
		"another phone's, of a stranger": {stranger, named("000413AABB02"), 200, false},
		"one that names nobody":          {trusted, named("a phone"), 200, true},
	} {
		s.put(phone.Phone{ID: "1", MAC: mac})
		s.events = nil
		r := httptest.NewRequest("GET", "https://prov.example.net/000413AABB01.xml", nil)
		r.RemoteAddr = office + ":1"
		r.TLS = &tls.ConnectionState{}
		if c.by != nil {
			r.TLS.PeerCertificates = []*x509.Certificate{c.by.phone(t, c.cert)}
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
		if w.Code == http.StatusOK && (s.events[0].Data["certificate"] == true) != c.verified {
			t.Errorf("%s: told %v", name, s.events[0].Data)
		}
	}
}

package provision

import (
	"crypto/tls"
	"crypto/x509"

	"ringfence/phone"
)

// proof is what a connection has shown of who is at its other end.
type proof struct {
	tls      bool
	verified bool      // a certificate of a maker that we trust
	mac      phone.MAC // that it was given to, "" where it does not say
}

// proofOf reads the certificate of a phone. One that is missing, or that nobody
// we trust has signed, proves nothing and is no reason to refuse: makers' keys
// have been read out of phones, and of many makers we have no certificate. So it
// is asked for and not demanded in the handshake, and looked at here.
func (s *Server) proofOf(state *tls.ConnectionState) (p proof) {
	if state == nil {
		return p
	}
	p.tls = true
	if s.ClientCAs == nil || len(state.PeerCertificates) == 0 {
		return p
	}
	leaf, between := state.PeerCertificates[0], x509.NewCertPool()
	for _, c := range state.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err := leaf.Verify(x509.VerifyOptions{
		Roots: s.ClientCAs, Intermediates: between, CurrentTime: s.Now(),
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}, // makers fill it in as they like
	})
	if err == nil {
		p.verified, p.mac = true, macOf(leaf)
	}
	return p
}

// macOf is the MAC address that a certificate was given to.
func macOf(c *x509.Certificate) phone.MAC {
	for _, text := range append([]string{c.Subject.CommonName, c.Subject.SerialNumber}, c.DNSNames...) {
		if mac, found := macIn(text); found {
			return mac
		}
	}
	return ""
}

// denies says whether the certificate is another device's.
func (p proof) denies(mac phone.MAC) bool { return p.mac != "" && p.mac != mac }

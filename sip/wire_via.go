package sip

import (
	"crypto/rand"
	"encoding/base32"
	"net/netip"
	"slices"
	"strings"
)

// begin writes a request with a Via of ours on top (a new branch, rport), and
// gives that branch, which lies in its bytes.
func (w *wire) begin(s *Stack, req *Request, f Flow) (branch string, err error) {
	w.start(req)
	from, to := w.via(s, f)
	err = w.rest(req.Headers(), req.Body())
	return borrow(w.b[from:to]), err
}

// via writes one of ours and gives where its branch lies.
func (w *wire) via(s *Stack, f Flow) (from, to int) {
	w.b = append(w.b, "Via: SIP/2.0/"...)
	w.b = append(append(w.b, upper(f.Network)...), ' ')
	w.b = append(appendSentBy(w.b, s.seenAs(f)), ";branch="...)
	from = len(w.b)
	w.b = appendBranch(w.b)
	to = len(w.b)
	w.b = append(w.b, ";rport"...)
	w.end()
	return from, to
}

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// appendBranch makes one that is unique and cannot be guessed (RFC 3261 section
// 8.1.1.7).
func appendBranch(b []byte) []byte {
	var random [16]byte
	_, _ = rand.Read(random[:]) // it never fails
	return letters.AppendEncode(append(slices.Grow(b, 40), cookie...), random[:])
}

func appendSentBy(b []byte, at netip.AddrPort) []byte {
	if at.Port() == 0 {
		return appendHost(b, at.Addr().WithZone("").String())
	}
	return netip.AddrPortFrom(at.Addr().WithZone(""), at.Port()).AppendTo(b)
}

// upper is the name of a network in Via.
func upper(network string) string {
	switch network {
	case "udp":
		return "UDP"
	case "tcp":
		return "TCP"
	case "tls":
		return "TLS"
	}
	return strings.ToUpper(network)
}

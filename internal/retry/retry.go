// Package retry says when what has failed on its way to somebody else's HTTP
// server is tried again, how long the server is left alone meanwhile, and what
// the failure is called. It waits for nothing and sends nothing.
package retry

import (
	"crypto/tls"
	"errors"
	"net"
	"time"
)

// delays are the pauses after each failed attempt. The last attempt comes about
// a day after the first.
var delays = []time.Duration{
	10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute,
	time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
}

// MaxRest is how long a server that fails is left alone at most.
const MaxRest = 5 * time.Minute

// Pause is how long to wait after so many failed attempts; false when it was the
// last one.
func Pause(attempts int, chance float64) (time.Duration, bool) {
	if attempts < 1 || attempts > len(delays) {
		return 0, false
	}
	return Jitter(delays[attempts-1], chance), true
}

// Jitter moves a pause by up to a tenth either way, so that what failed together
// does not come back together. chance is from 0 to 1.
func Jitter(pause time.Duration, chance float64) time.Duration {
	return time.Duration(float64(pause) * (0.9 + 0.2*chance))
}

// Rest is how long a server is left alone after so many failures in a row. Else
// one that lets every attempt run into the timeout, with a thousand of them
// waiting, would hold a sender for itself.
func Rest(failures int) time.Duration {
	if failures < 1 {
		return 0
	}
	return min(MaxRest, delays[0]<<min(failures-1, 8))
}

// Reason puts the error of an attempt into a few words. They name neither the
// URL, which may have a secret in it, nor an address.
func Reason(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	var certificate *tls.CertificateVerificationError
	var timed interface{ Timeout() bool }
	switch {
	case errors.As(err, &timed) && timed.Timeout():
		return "no answer in time"
	case errors.As(err, &dns):
		return "the host was not found"
	case errors.As(err, &certificate):
		return "the certificate is not valid"
	case errors.As(err, &op) && op.Op == "dial":
		return "the connection was refused"
	}
	return "the connection was broken"
}

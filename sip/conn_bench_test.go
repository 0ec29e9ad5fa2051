package sip

import (
	"bytes"
	"testing"
	"time"
)

// BenchmarkConnExpress asks and waits for the answer of Express, on one
// connection; the client's part is in it.
func BenchmarkConnExpress(b *testing.B) {
	answer := []byte(lines("SIP/2.0 200 OK\nContent-Length: 0\n"))
	express := func(_ *Outline, f Flow, out *Mail) bool {
		out.Post(f, append(out.Room(), answer...))
		return true
	}
	for _, network := range streams {
		b.Run(network, func(b *testing.B) {
			s := New(withCertificate(b, Config{Express: express}))
			defer s.Close(b.Context())
			at, err := s.Listen(network, "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			c := call(b, network, at)
			_ = c.SetDeadline(time.Now().Add(time.Minute))
			ask, got := []byte(callIDOf("a")), make([]byte, 4096)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Write(ask); err != nil {
					b.Fatal(err)
				}
				n, err := c.Read(got)
				if err != nil || !bytes.Equal(got[:n], answer) {
					b.Fatalf("got %q, %v", got[:n], err)
				}
			}
		})
	}
}

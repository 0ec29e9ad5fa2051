package digest

import (
	"testing"
	"time"
)

func BenchmarkParseCredentials(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseCredentials(full); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	sha := fullRead
	sha.Algorithm, sha.Response = "SHA-256", responseSHA256
	for _, bb := range []struct {
		c   Credentials
		ha1 string
	}{{fullRead, ha1MD5}, {sha, ha1SHA256}} {
		b.Run(bb.c.Algorithm, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !bb.c.Proves([]byte(bb.ha1), "REGISTER") {
					b.Fatal("refused")
				}
			}
		})
	}
}

func BenchmarkNonces(b *testing.B) {
	n := NewNonces([32]byte{1}, time.Hour, time.Now)
	nonce := n.Issue(here)
	b.Run("Issue", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n.Issue(here)
		}
	})
	b.Run("AppendIssue", func(b *testing.B) {
		b.ReportAllocs()
		var room [64]byte
		for b.Loop() {
			n.AppendIssue(room[:0], here)
		}
	})
	b.Run("Check", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if n.Check(nonce, here) != Fresh {
				b.Fatal("not fresh")
			}
		}
	})
}

func BenchmarkChallenges(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Challenges("pbx.example", "AZqFJw3kL2mNoPqRsTuVwXyZ01234567", false, SHA256, MD5)
	}
}

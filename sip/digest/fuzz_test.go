package digest

import "testing"

// What was read, written and read again is the same: no reader behind us sees
// other credentials than we judged.
func FuzzParseCredentials(f *testing.F) {
	f.Add(full)
	for _, e := range examples {
		f.Add(e.credentials)
	}
	f.Add(`Digest username="a\"b\\c",realm=r , nonce = "n",uri="/",response=0,nc="0000000A"`)
	f.Fuzz(func(t *testing.T, value string) {
		c, err := ParseCredentials(value)
		if err != nil {
			return
		}
		c.Verify(ha1MD5, "REGISTER")
		if _, err := ParseAlgorithm(c.Algorithm); err != nil || c.QOP != "auth" {
			return // not a token perhaps, and never written by us
		}
		again, err := ParseCredentials(c.header())
		if err != nil || again != c {
			t.Errorf("%q was read as %#v\nwritten as %q\nread again as %#v, %v",
				value, c, c.header(), again, err)
		}
	})
}

// What a client makes of any challenge, a server can read.
func FuzzParseChallenge(f *testing.F) {
	for _, e := range examples {
		f.Add(e.challenge)
	}
	f.Add(`Digest realm="a\"b\\c",nonce=n,stale=true`)
	f.Fuzz(func(t *testing.T, value string) {
		ch, err := ParseChallenge(value)
		if err != nil {
			return
		}
		answer, err := Answer(ch, "1001", "pw", "REGISTER", "sip:pbx.example", "c1", 1)
		if err != nil || len(answer) > maxValue {
			return
		}
		c, err := ParseCredentials(answer)
		if err != nil || c.Realm != ch.Realm || c.Nonce != ch.Nonce || c.Opaque != ch.Opaque {
			t.Errorf("%q was answered with %q, read as %#v, %v", value, answer, c, err)
		}
	})
}

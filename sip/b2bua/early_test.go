package b2bua

import "testing"

// What was offered before the answer is answered when the caller has heard of that.
func TestEarlyOfferWhoseAnswerIsThereBeforeTheRecord(t *testing.T) {
	for _, c := range []struct{ name, thinks, before, after string }{
		{"of the caller", "bob", `
			alice > UPDATE sendonly
			bob   < UPDATE sendonly
			bob   > 200
			bob   < ACK
			bob   > 200 UPDATE recvonly
			bob   > OPTIONS
			bob   < 200 OPTIONS`, `
			alice < 200 UPDATE recvonly & 200
			alice > ACK`},
		{"of the callee", "alice", `
			bob   > UPDATE sendonly
			alice < UPDATE sendonly
			bob   > 200
			bob   < ACK
			alice > 200 UPDATE recvonly
			alice > OPTIONS
			alice < 200 OPTIONS`, `
			bob   < 200 UPDATE recvonly
			alice < 200
			alice > ACK`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, settings{})
			w.arrange(c.thinks, "is slow to answer an UPDATE")
			release := w.holdDisk()
			w.lines(`
				alice > INVITE 102 supports=100rel header=Allow:UPDATE,INVITE,ACK,BYE,CANCEL,PRACK
				bob   < INVITE "Alice" 101 sendrecv
				bob   > 183 reliable sendrecv
				bob   < PRACK
				alice < 183 sendrecv & 200 PRACK` + c.before)
			release()
			w.lines(c.after + `
				alice ~ bob
				alice > INVITE sendrecv
				bob   < INVITE sendrecv
				bob   > 200 sendrecv
				bob   < ACK
				alice < 200 sendrecv
				alice > ACK` + over)
			w.finish()
		})
	}
}

package b2bua

import (
	"testing"

	"ringfence/phone"
)

// A member that sends its calls on has had them all the same.
func TestMemberOfAQueueThatTransfersHasHadTheCall(t *testing.T) {
	w := newWorld(t, settings{})
	w.register(w.handsets["carol"])
	q := &phone.Queue{ID: "000000000000000000000300", Customer: customer, Number: "300", Strategy: "LEAST_CALLS"}
	for _, number := range []string{"102", "103"} {
		q.Members = append(q.Members, phone.QueueMember{Extension: w.book.ByNumber(customer, number).ID})
	}
	w.book.PutQueue(q)
	w.lines(`
		alice > INVITE 300
		alice < 182
		bob   < INVITE "Alice" 101 sendrecv
		bob   > 200 sendrecv
		bob   < ACK
		alice < 200 sendrecv
		alice > ACK
		bob   > REFER 070305052
		bob   < 202 REFER & NOTIFY SIP/2.0 100 Trying
		trunk < INVITE "Alice" +4511111101 sendrecv
		trunk > 200 sendrecv
		trunk < ACK
		alice < INVITE sendrecv
		alice > 200 sendrecv
		alice < ACK
		bob   < NOTIFY SIP/2.0 200 OK
		bob   < BYE "Call transferred"
		trunk > BYE
		trunk < 200 BYE
		alice < BYE
		desk  > INVITE 300
		desk  < 182
		carol < INVITE "Bob" 102 sendrecv
		carol > 200 sendrecv
		carol < ACK
		desk  < 200 sendrecv
		desk  > ACK
		carol > BYE
		carol < 200 BYE
		desk  < BYE`)
	w.finish()
}

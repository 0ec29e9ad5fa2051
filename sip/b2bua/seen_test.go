package b2bua

import (
	"testing"

	"ringfence/phone"
)

// What is shown of a phone that rings names its session as Replaces wants it (RFC
// 3891): with our tag as that of whom the INVITE goes to.
func TestWhatIsShownCanBePickedUp(t *testing.T) {
	w := newWorld(t, settings{})
	w.gather([]string{"group", "200", "of", "102"})
	w.control("103", "200")
	w.lines(`
		alice > INVITE 102
		bob   < INVITE "Alice" 101 sendrecv
		bob   > 180
		alice < 180`)
	var rings phone.Dialog
	w.mu.Lock()
	for _, d := range w.lit {
		if d.Number == "102" {
			rings = d
		}
	}
	w.mu.Unlock()
	if rings.CallID == "" {
		t.Fatalf("%+v", rings)
	}
	w.lines(`
		carol > INVITE 102 header=Replaces:` + rings.CallID + `;to-tag=` + rings.LocalTag + `;from-tag=` + rings.RemoteTag + `
		carol < 200 sendrecv
		carol > ACK
		bob   < CANCEL
		carol < INVITE sendrecv
		carol > 200 sendrecv
		carol < ACK
		alice < 200 sendrecv
		alice > ACK
		alice > BYE
		alice < 200 BYE
		carol < BYE`)
	w.finish()
}

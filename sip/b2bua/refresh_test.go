package b2bua

import (
	"bytes"
	"testing"
)

// restates is an answer to a refresh of ours that is not the one of before.
func (w *world) restates(name string, sdp []byte) {
	h := w.handsets[name]
	e := w.sw.table.Find(h.dialog.CallID, h.dialog.RemoteTag).Owner().(*end)
	done := make(chan struct{})
	e.Do(func() {
		e.Agreed(e.leg, sdp)
		close(done)
	})
	<-done
}

func TestAnswerToARefresh(t *testing.T) {
	for _, who := range []string{"alice", "bob"} {
		t.Run(who, func(t *testing.T) {
			w := newWorld(t, settings{})
			w.lines(answered)
			same := bytes.Replace(w.handsets[who].sdp("sendrecv"), []byte(" 1 1 IN"), []byte(" 1 2 IN"), 1)
			w.restates(who, same)
			w.lines("alice ~ bob")
			other := map[string]string{"alice": "bob", "bob": "alice"}[who]
			w.restates(who, w.handsets[who].sdp("sendonly"))
			w.lines(other + ` < INVITE sendonly
				` + other + ` > 200 recvonly
				` + other + ` < ACK` + over)
			w.finish()
		})
	}
}

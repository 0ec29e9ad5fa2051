package sip

import (
	"testing"

	"github.com/gobwas/ws"
)

// Where the short way to a length finds one, the long way finds the same.
func FuzzPlainLength(f *testing.F) {
	for _, lengths := range []string{
		"Content-Length: 0\r\n", "l:5\r\n", "CONTENT-LENGTH : 07\r\n", "Content-Length: 1\r\n 0\r\n",
		"Subject: x\r\n Content-Length: 5\r\n", "l\r\n : 5\r\nl: 0\r\n", "content-length \r\n\t: 5\r\n", "l: 1\r\nl: 1\r\n", "L: +1\r\n", "", "l\r\n", ": 1\r\n", "\r\n\r\n", "l: 1\n",
	} {
		f.Add("OPTIONS sip:a SIP/2.0\r\n" + lengths)
		f.Add("l: 5\r\n" + lengths)
	}
	f.Fuzz(func(t *testing.T, head string) {
		head += "\r\n"
		n, given, ok := plainLength([]byte(head))
		h := readHead(head)
		wantN, wantGiven, err := h.contentLength()
		if ok && (err != nil || n != wantN || given != wantGiven) && len(h.fields) < maxFields {
			t.Errorf("found %d, %t, want %d, %t, %v", n, given, wantN, wantGiven, err)
		}
	})
}

// Whatever comes, in pieces of whatever size, there is room for more or an end.
func FuzzWebFramer(f *testing.F) {
	f.Add(string(appendFrame(nil, ws.OpText, []byte("x"))), 1) // without a mask
	f.Add("\x81\x85\x01\x02\x03\x04abcde\x00\x80\x00\x00\x00\x00", 3)
	f.Add("\x01\x81\x01\x02\x03\x04a\x89\x80\x00\x00\x00\x00\x80\x81\x01\x02\x03\x04b", 7)
	f.Add("\x82\xfe\xff\xff\x00\x00\x00\x00", 100)
	f.Fuzz(func(t *testing.T, stream string, size int) {
		w := &webFramer{inbox: inbox{buffers: newBuffers()}}
		for stream != "" {
			room := w.room()
			if len(room) == 0 {
				t.Fatal("no room")
			}
			n := copy(room, stream[:min(max(1, size), len(stream))])
			stream = stream[n:]
			w.wrote(n)
			for {
				p, err := w.next()
				if len(p.data) > maxMessage || len(w.whole) > maxMessage {
					t.Fatal("a message that is too large")
				}
				if err != nil {
					return
				}
				if p.kind == noPiece {
					break
				}
			}
			if !w.partial() {
				w.rest()
			}
		}
	})
}

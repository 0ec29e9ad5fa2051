package sip

import (
	"bytes"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// replying answers every request with its Call-ID and a field of some size.
func replying(size int) Express {
	fill := "X-Fill: " + strings.Repeat("x", size)
	return func(o *Outline, f Flow, out *Mail) bool {
		o.Answer(out, f, 200, "OK", fill)
		return true
	}
}

// The end may be there together with the last bytes, and then nothing more
// comes that would tell of it.
func TestTheEndMayComeWithTheLastMessage(t *testing.T) {
	for _, c := range []struct {
		name, last string
		answers    int // with the first
	}{
		{"that is answered", callIDOf("last"), 2},
		{"that is not", lines(strings.Replace(optionsText, "OPTIONS sip:pbx@127.0.0.1 SIP/2.0", "SIP/2.0 200 OK", 1)), 1},
		{"that is not whole", callIDOf("last")[:50], 1},
		{"but for an empty line", "\r\n", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			busy, goOn := make(chan bool), make(chan bool)
			answer := replying(1)
			express := func(o *Outline, f Flow, out *Mail) bool {
				if o.CallID == "first" {
					busy <- true
					<-goOn
				}
				return answer(o, f, out)
			}
			_, at := listening(t, Config{Express: express}, "tcp", "127.0.0.1:0")
			conn := phoneConn(t, "tcp", at).(*net.TCPConn)
			_, _ = io.WriteString(conn, callIDOf("first"))
			<-busy
			_, _ = io.WriteString(conn, c.last)
			_ = conn.CloseWrite()
			goOn <- true
			got, err := io.ReadAll(conn)
			if err != nil || strings.Count(string(got), "SIP/2.0 200") != c.answers {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

// What a socket does not take at once is neither lost nor mixed up, and the peer
// has time to read it.
func TestAnswersThatASocketDoesNotTakeAtOnce(t *testing.T) {
	const n, size = 3000, 6000 // more than any socket buffer
	for _, network := range streams {
		t.Run(network, func(t *testing.T) {
			s, at := listening(t, withCertificate(t, Config{Express: replying(size)}), network, "127.0.0.1:0")
			c := call(t, network, at)
			go func() { // it is held up until we read
				for i := range n {
					_, _ = c.Write([]byte(callIDOf(strconv.Itoa(i))))
				}
			}()
			until(t, "beginning to answer", func() bool { return s.Stats().In > n/30 })
			var got []byte
			for b := make([]byte, maxMessage); !bytes.Contains(got[max(0, len(got)-2*maxMessage):], []byte("Call-ID: 2999\r\n")); {
				read, err := c.Read(b)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, b[:read]...)
			}
			for i, res := range strings.Split(string(got), "SIP/2.0 200 OK\r\n")[1:] {
				if !strings.Contains(res, "\r\nCall-ID: "+strconv.Itoa(i)+"\r\n") || i < n-1 && len(res) < size {
					t.Fatalf("answer %d is %d bytes: %.300s", i, len(res), res)
				}
			}
			until(t, "counting what left", func() bool { return s.Stats().Out == n })
		})
	}
}

func TestSilenceBeginsWithTheLastWord(t *testing.T) {
	const idle = 400 * time.Millisecond
	for _, network := range []string{"tcp", "tls"} {
		t.Run(network, func(t *testing.T) {
			_, at := listening(t, withCertificate(t, Config{Idle: idle}), network, "127.0.0.1:0")
			c := call(t, network, at)
			tick := time.NewTicker(idle / 8)
			defer tick.Stop()
			for range 12 { // longer than idle
				<-tick.C
				ask(t, c, lines(optionsText))
			}
			begun := time.Now()
			hangsUp(t, c)
			if took := time.Since(begun); took < idle-idle/8 || took > 4*idle {
				t.Errorf("it ended after %v", took)
			}
		})
	}
}

// flood sends REGISTERs that prove nothing, each from an address of 127.0.0.0/8
// and a port of its own, with a Call-ID and a user of its own, and expects a 401
// to each. Every second one carries an answer to a challenge that was never
// made. It says nothing and ends with status 0 when all were answered so.
//
//	flood SERVER FIRST COUNT
package main

import (
	"bytes"
	"fmt"
	"log"
	"net"
	"os"
	"strconv"
	"sync"
	"time"
)

const (
	senders = 16
	tries   = 5 // a datagram may be lost
	wait    = time.Second
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: flood SERVER FIRST COUNT")
	}
	server := os.Args[1]
	first, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	count, err := strconv.Atoi(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	numbers := make(chan int)
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			for n := range numbers {
				if err := register(server, n); err != nil {
					log.Fatalf("stranger %d: %v", n, err)
				}
			}
		})
	}
	for n := first; n < first+count; n++ {
		numbers <- n
	}
	close(numbers)
	all.Wait()
}

// register is one stranger.
func register(server string, n int) error {
	to, err := net.ResolveUDPAddr("udp", server)
	if err != nil {
		return err
	}
	conn, err := net.DialUDP("udp", &net.UDPAddr{IP: address(n)}, to)
	if err != nil {
		return err
	}
	defer conn.Close()
	message := request(n, conn.LocalAddr())
	answer := make([]byte, 4096)
	for range tries {
		if _, err = conn.Write(message); err != nil {
			return err
		}
		if err = conn.SetReadDeadline(time.Now().Add(wait)); err != nil {
			return err
		}
		var size int
		if size, err = conn.Read(answer); err == nil {
			return judge(answer[:size])
		}
	}
	return err
}

// address is another one for each of 16 million strangers, never 127.0.x.x.
func address(n int) net.IP {
	return net.IPv4(127, byte(1+n>>16), byte(n>>8), byte(1+n%254))
}

func judge(answer []byte) error {
	if !bytes.HasPrefix(answer, []byte("SIP/2.0 401 ")) {
		line, _, _ := bytes.Cut(answer, []byte("\r\n"))
		return fmt.Errorf("got %q, want a 401", line)
	}
	return nil
}

func request(n int, from net.Addr) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "REGISTER sip:ringfence.test SIP/2.0\r\n")
	fmt.Fprintf(&b, "Via: SIP/2.0/UDP %s;branch=z9hG4bK-flood-%d;rport\r\n", from, n)
	fmt.Fprintf(&b, "Max-Forwards: 70\r\n")
	fmt.Fprintf(&b, "From: <sip:stranger%d@ringfence.test>;tag=%d\r\n", n, n)
	fmt.Fprintf(&b, "To: <sip:stranger%d@ringfence.test>\r\n", n)
	fmt.Fprintf(&b, "Call-ID: flood-%d@%s\r\n", n, from)
	fmt.Fprintf(&b, "CSeq: 1 REGISTER\r\n")
	fmt.Fprintf(&b, "Contact: <sip:stranger%d@%s>\r\n", n, from)
	if n%2 == 1 {
		fmt.Fprintf(&b, "Authorization: Digest username=\"stranger%d\", realm=\"ringfence.test\", nonce=\"%032d\", "+
			"uri=\"sip:ringfence.test\", response=\"%032x\", algorithm=MD5, cnonce=\"%d\", qop=auth, nc=00000001\r\n", n, n, n, n)
	}
	fmt.Fprintf(&b, "Content-Length: 0\r\n\r\n")
	return b.Bytes()
}

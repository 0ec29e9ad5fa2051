package main

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
)

// proxy is a SIP server of a few lines: it takes any registration, finds a phone
// by its number, and stays in the way. deal may keep a message from it, by
// returning false, or answer it.
type proxy struct {
	conn     *net.UDPConn
	at       string
	contacts map[string]string // by username
	deal     func(p *proxy, message string, from netip.AddrPort) bool
}

func newProxy(t *testing.T, deal func(*proxy, string, netip.AddrPort) bool) *proxy {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{conn: conn, at: conn.LocalAddr().String(), contacts: map[string]string{}, deal: deal}
	done := make(chan struct{})
	t.Cleanup(func() { conn.Close(); <-done })
	go func() {
		defer close(done)
		b := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(b)
			if err != nil {
				return
			}
			if message := string(b[:n]); deal == nil || deal(p, message, from) {
				p.relay(message, from)
			}
		}
	}()
	return p
}

func (p *proxy) send(message, to string) {
	_, _ = p.conn.WriteToUDPAddrPort([]byte(message), netip.MustParseAddrPort(to))
}

// answer answers a request itself.
func (p *proxy) answer(request, status, more string, from netip.AddrPort) {
	head := "SIP/2.0 " + status + "\r\n"
	for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq"} {
		head += name + ": " + header(request, name)
		if name == "To" && !strings.Contains(head, "To: <sip:x") {
			head += ";tag=proxy"
		}
		head += "\r\n"
	}
	p.send(head+more+"Content-Length: 0\r\n\r\n", from.String())
}

func header(message, name string) string {
	_, value, _ := strings.Cut(message, "\r\n"+name+": ")
	value, _, _ = strings.Cut(value, "\r\n")
	return value
}

func within(uri string) string {
	_, host, _ := strings.Cut(uri, "@")
	return strings.TrimSuffix(host, ">")
}

func (p *proxy) relay(message string, from netip.AddrPort) {
	first, rest, _ := strings.Cut(message, "\r\n")
	if strings.HasPrefix(first, "SIP/2.0 ") {
		_, rest, _ = strings.Cut(rest, "\r\n") // our Via
		hop, _, _ := strings.Cut(strings.TrimPrefix(header("\r\n"+rest, "Via"), "SIP/2.0/UDP "), ";")
		p.send(first+"\r\n"+rest, hop)
		return
	}
	words := strings.Fields(first)
	if words[0] == "REGISTER" {
		p.contacts[strings.TrimPrefix(strings.Split(header(message, "To"), "@")[0], "<sip:")] = strings.Trim(header(message, "Contact"), "<>")
		p.answer(message, "200 OK", "", from)
		return
	}
	to := words[1]
	if contact, ok := p.contacts[strings.TrimPrefix(strings.Split(to, "@")[0], "sip:")]; ok && words[0] == "INVITE" {
		to = contact
		rest = "Record-Route: <sip:proxy@" + p.at + ";lr>\r\n" + rest
	} else if !strings.Contains(rest, "Route: <sip:proxy@"+p.at+";lr>\r\n") {
		return // the ACK of a refusal: ours, were there a transaction
	}
	rest = strings.Replace(rest, "\r\nRoute: <sip:proxy@"+p.at+";lr>\r\n", "\r\n", 1)
	branch := strings.Fields(header(message, "CSeq"))[0] + words[0]
	p.send(fmt.Sprintf("%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s\r\n%s", words[0], to, p.at, branch, rest), within(to))
}

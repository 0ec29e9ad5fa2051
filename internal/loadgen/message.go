package main

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"net/netip"
	"strconv"
)

// opening is what the messages of one run have in common.
type opening struct {
	domain    string
	transport string // as Via has it: UDP, TCP
	expires   int
}

// request is one message of a phone or a stranger.
type request struct {
	method string
	user   string // who asks
	target string // the Request-URI
	to     string // without angle brackets
	from   netip.AddrPort
	sender int    // the number of the sender: the answer's Via tells whose it is
	cseq   uint32 // and to which message
	callID uint64
	proof  []byte // the value of Authorization, if there is one
}

// append writes the message to b.
func (o opening) append(b []byte, r request) []byte {
	b = append(append(append(append(b, r.method...), ' '), r.target...), " SIP/2.0\r\nVia: SIP/2.0/"...)
	b = r.from.AppendTo(append(append(b, o.transport...), ' '))
	b = strconv.AppendInt(append(b, branch...), int64(r.sender), 10)
	b = strconv.AppendUint(append(b, '.'), uint64(r.cseq), 10)
	b = append(append(b, ";rport\r\nMax-Forwards: 70\r\nFrom: <sip:"...), r.user...)
	b = append(append(append(b, '@'), o.domain...), ">;tag=lg"...)
	b = strconv.AppendUint(b, r.callID, 36)
	b = append(append(b, "\r\nTo: <"...), r.to...)
	b = strconv.AppendUint(append(b, ">\r\nCall-ID: "...), r.callID, 36)
	b = strconv.AppendUint(append(b, "-loadgen\r\nCSeq: "...), uint64(r.cseq), 10)
	b = append(append(append(b, ' '), r.method...), "\r\nContact: <sip:"...)
	b = r.from.AppendTo(append(append(b, r.user...), '@'))
	if o.transport != "UDP" {
		b = append(b, ";transport=tcp"...)
	}
	b = append(b, ">\r\nUser-Agent: loadgen\r\n"...)
	if r.method == "REGISTER" {
		b = strconv.AppendInt(append(b, "Expires: "...), int64(o.expires), 10)
		b = append(b, "\r\n"...)
	}
	if len(r.proof) > 0 {
		b = append(append(append(b, "Authorization: "...), r.proof...), "\r\n"...)
	}
	return append(b, "Content-Length: 0\r\n\r\n"...)
}

const branch = ";branch=z9hG4bKlg"

// answer is what we read of a response.
type answer struct {
	status int
	sender int
	cseq   uint32
	nonce  []byte // of the challenge with MD5; within the message
}

// readAnswer reads a response to one of ours.
func readAnswer(m []byte) (a answer, ok bool) {
	if len(m) < 12 || string(m[:8]) != "SIP/2.0 " {
		return a, false
	}
	a.status, _ = strconv.Atoi(string(m[8:11]))
	at := bytes.Index(m, []byte(branch))
	if at < 0 {
		return a, false
	}
	n, rest := number(m[at+len(branch):])
	if len(rest) == 0 || rest[0] != '.' {
		return a, false
	}
	cseq, rest := number(rest[1:])
	a.sender, a.cseq = n, uint32(cseq)
	if a.status == 401 {
		a.nonce = nonceOf(rest)
	}
	return a, a.status >= 100
}

func number(b []byte) (n int, rest []byte) {
	for len(b) > 0 && b[0] >= '0' && b[0] <= '9' && n < 1<<40 {
		n, b = 10*n+int(b[0]-'0'), b[1:]
	}
	return n, b
}

// nonceOf finds the nonce of the challenge with MD5: of the one that says so,
// or says nothing.
func nonceOf(m []byte) []byte {
	header := []byte("\r\nWWW-Authenticate: ")
	for {
		_, after, found := bytes.Cut(m, header)
		if !found {
			return nil
		}
		line, _, _ := bytes.Cut(after, []byte("\r\n"))
		if !bytes.Contains(line, []byte("algorithm=")) || bytes.Contains(line, []byte("algorithm=MD5")) {
			_, value, _ := bytes.Cut(line, []byte("nonce=\""))
			nonce, _, _ := bytes.Cut(value, []byte{'"'})
			return nonce
		}
		m = after
	}
}

// ha1 is what a digest knows of an account beforehand, in hexadecimal.
func ha1(a account, realm string) (h [32]byte) {
	sum := md5.Sum([]byte(a.user + ":" + realm + ":" + a.password))
	hex.Encode(h[:], sum[:])
	return h
}

// proof is the value of Authorization: MD5 with qop=auth (RFC 2617 section 3.2.2).
// b is where it is written, scratch and all.
func (o opening) proof(b []byte, method, target, user string, ha1 [32]byte, nonce []byte, count uint32) []byte {
	b = append(append(append(b[:0], method...), ':'), target...)
	ha2 := md5.Sum(b)
	b = b[:0]
	b = append(append(append(b, ha1[:]...), ':'), nonce...)
	b = append(appendCount(append(b, ':'), count), ":loadgen:auth:"...)
	b = hex.AppendEncode(b, ha2[:])
	response := md5.Sum(b)
	b = append(append(b[:0], `Digest username="`...), user...)
	b = append(append(b, `", realm="`...), o.domain...)
	b = append(append(b, `", nonce="`...), nonce...)
	b = append(append(b, `", uri="`...), target...)
	b = hex.AppendEncode(append(b, `", response="`...), response[:])
	b = appendCount(append(b, `", algorithm=MD5, cnonce="loadgen", qop=auth, nc=`...), count)
	return b
}

// appendCount writes a nonce count: eight digits.
func appendCount(b []byte, n uint32) []byte {
	return hex.AppendEncode(b, []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

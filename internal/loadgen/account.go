package main

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"os"
)

// account is what a phone registers with, and the number it is called by.
type account struct{ user, password, number string }

// readAccounts reads a file with a username, a password and a number on each
// line. Without a number a phone is called by its username.
func readAccounts(name string, most int) ([]account, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []account
	lines := bufio.NewScanner(f)
	for lines.Scan() && (most == 0 || len(all) < most) {
		var a account
		n, err := fmt.Sscan(lines.Text(), &a.user, &a.password, &a.number)
		if n < 2 {
			return nil, fmt.Errorf("%s: line %d: %w", name, len(all)+1, err)
		}
		if n == 2 {
			a.number = a.user
		}
		all = append(all, a)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds no accounts", name)
	}
	return all, nil
}

func writeAccounts(w io.Writer, all []account) error {
	b := bufio.NewWriter(w)
	for _, a := range all {
		fmt.Fprintln(b, a.user, a.password, a.number)
	}
	return b.Flush()
}

// Each phone and each stranger has an address of its own: all of 127.0.0.0/8 is
// this machine. The second byte keeps one sort from the other, and both from
// 127.0.0.1.
const (
	ofPhones    = 16  // 127.16.0.0 to 127.79.255.255
	ofStrangers = 128 // 127.128.0.0 to 127.191.255.255
)

// address is that of the nth of a sort, of up to four million.
func address(sort, n int) netip.Addr {
	return netip.AddrFrom4([4]byte{127, byte(sort + n>>16&63), byte(n >> 8), byte(n)})
}

// numbered is the n of an address of a sort.
func numbered(sort int, a netip.Addr) (n int, ok bool) {
	if !a.Is4() {
		return 0, false
	}
	b := a.As4()
	n = (int(b[1])-sort)<<16 | int(b[2])<<8 | int(b[3])
	return n, b[0] == 127 && n >= 0 && n < 1<<22
}

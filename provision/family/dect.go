package family

import (
	"fmt"
	"strconv"
	"strings"
)

// dectServer is the server as bases are told of it: once for each way to encrypt
// calls, which they know of servers and not of handsets.
type dectServer struct {
	Number int // from 1
	SRTP   string
}

// dectServers are those that the handsets of a base need, in the order in which
// they come.
func dectServers(accounts []Account) (list []dectServer) {
	for _, a := range accounts {
		if serverFor(list, a) == 0 {
			list = append(list, dectServer{len(list) + 1, a.encryption()})
		}
	}
	return list
}

// serverFor is the number of an account's server, 0 for none.
func serverFor(list []dectServer, a Account) int {
	for _, s := range list {
		if s.SRTP == a.encryption() {
			return s.Number
		}
	}
	return 0
}

var separators = strings.NewReplacer(" ", "", "-", "", ":", "")

// ipui is the address of a handset (IPUI of type N, ETSI EN 300 175-6) as ten
// hexadecimal digits in upper case, "" when it cannot be read. It may be given so,
// or as it is printed on handsets (IPEI): a maker of five decimal digits, a number
// of seven, and a check digit that may be left out.
func ipui(handset string) string {
	s := separators.Replace(strings.ToLower(handset))
	s = strings.TrimPrefix(s, "0x")
	if len(s) == 10 {
		if n, err := strconv.ParseUint(s, 16, 40); err == nil {
			return fmt.Sprintf("%010X", n)
		}
	}
	if len(s) != 12 && len(s) != 13 {
		return ""
	}
	const makerBits, numberBits = 16, 20
	maker, err1 := strconv.ParseUint(s[:5], 10, makerBits)
	number, err2 := strconv.ParseUint(s[5:12], 10, numberBits)
	if err1 != nil || err2 != nil {
		return ""
	}
	return fmt.Sprintf("%010X", maker<<numberBits|number)
}

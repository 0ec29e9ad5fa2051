package guard

import "strings"

// sign is how a scanner gives itself away. Tools that an administrator may use
// (sipsak, SIPp, baresip) are none.
type sign struct {
	agent    string // the beginning of its User-Agent, in any case; "" is any
	from, to string // the users of From and To; "" is any
	points   uint32 // in tenths
}

// signs are the tools that search the networks of the world for SIP servers and
// passwords.
var signs = []sign{
	{agent: "friendly-scanner", points: signPoints}, // SIPVicious
	{agent: "sipvicious", points: signPoints},
	{from: "sipvicious", points: signPoints},
	{agent: "sipcli", points: signPoints},
	{agent: "VaxSIPUserAgent", points: signPoints},
	{agent: "pplsip", points: signPoints},
	{agent: "sip-scan", points: signPoints},
	{agent: "sipscan", points: signPoints},
	{agent: "sundayddr", points: signPoints}, // a worm
	{agent: "SIVuS", points: signPoints},
	{agent: "smap ", points: signPoints},
	{agent: "iWar", points: signPoints},
	{agent: "SIPPTS", points: signPoints},
	{agent: "Nmap", points: signPoints},
	{from: "nm", to: "nm2", points: signPoints}, // Nmap's probe has no User-Agent
}

// suspicion is what the signs of a request weigh, 0 for none.
func suspicion(agent, from, to string) uint32 {
	for i := range signs {
		s := &signs[i]
		if begins(agent, s.agent) && (s.from == "" || s.from == from) && (s.to == "" || s.to == to) {
			return s.points
		}
	}
	return 0
}

func begins(text, with string) bool {
	return len(text) >= len(with) && strings.EqualFold(text[:len(with)], with)
}

package b2bua

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"ringfence/sip"
)

var words = regexp.MustCompile(`[^\s;,<>"=:?&/]+`)

// onTheWire reads all that was sent: who got what is none of its business, and
// whether every request has one final answer.
func (s *storm) onTheWire() (bad []string) {
	owner := map[string]string{} // of tags and Call-IDs: the dialog
	finals := map[string]map[string]bool{}
	first := map[string]time.Duration{} // of the finals
	reached := map[string]string{}
	list := s.tape.all()
	parsed := make([]sip.Message, len(list))
	for n, p := range list {
		m, err := sip.Parse([]byte(p.text))
		if err != nil {
			bad = append(bad, fmt.Sprintf("message of %s cannot be parsed: %v\n%s", p.name, err, p.text))
			continue
		}
		parsed[n] = m
		id := m.CallID().Value()
		for _, word := range []string{id, toTag(m), m.From().Params.GetOr("tag", "")} {
			if owner[word] == "" {
				owner[word] = id
			}
		}
		key := ""
		if v := m.Via(); v != nil {
			key = p.name + " " + string(m.CSeq().MethodName) + " " + v.Params.GetOr("branch", "")
		}
		switch m := m.(type) {
		case *sip.Request:
			// A CANCEL that comes again after its INVITE is 481 instead of 200.
			if !p.fromServer && m.Method != sip.ACK && m.Method != sip.CANCEL {
				reached[key] = m.Short() + " " + id
			}
		case *sip.Response:
			if p.fromServer && m.StatusCode >= 200 {
				if finals[key] == nil {
					finals[key], first[key] = map[string]bool{}, p.at
				}
				// What comes after the transaction is a new request, and so is one after
				// a challenge or a merged request, of which nothing is kept.
				if p.at < first[key]+30*chaosT1 && m.StatusCode != 401 && m.StatusCode != 482 {
					finals[key][fmt.Sprint(m.StatusCode, " ", toTag(m))] = true
				}
			}
		}
	}
	for key, what := range reached {
		if len(finals[key]) > 1 || finals[key] == nil {
			bad = append(bad, fmt.Sprintf("%s: %s got %d final answers: %v", key, what, len(finals[key]), finals[key]))
		}
	}
	bad = append(bad, s.manners(list, parsed)...)
	return append(bad, s.leaks(list, parsed, owner)...)
}

// leaks looks in what each got for what is another's.
func (s *storm) leaks(list []passed, parsed []sip.Message, owner map[string]string) (bad []string) {
	for n, p := range list {
		if !p.fromServer || parsed[n] == nil {
			continue
		}
		id := parsed[n].CallID().Value()
		for _, word := range words.FindAllString(p.text, -1) {
			of := owner[word]
			_, secret, isSecret := strings.Cut(word, "secret-of-")
			host := strings.HasPrefix(word, "127.0.1.")
			switch {
			case of != "" && of != id,
				isSecret && !strings.HasPrefix(secret, p.name),
				host && word != s.hostOf(p.name):
				bad = append(bad, fmt.Sprintf("%s got %q, which is not its own:\n%s", p.name, word, p.text))
			}
		}
	}
	return bad
}

func (s *storm) hostOf(name string) string {
	for _, i := range s.imps {
		if i.name == name {
			return i.host.String()
		}
	}
	return ""
}

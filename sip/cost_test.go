package sip

import (
	"strings"
	"testing"
	"time"
)

// A message costs what its length is, whatever is in it: here each byte could be
// looked at as often as there are others, which takes seconds.
func TestLongMessagesAreCheap(t *testing.T) {
	const most = 250 * time.Millisecond
	quotes := `"` + strings.Repeat(`\"`, 30_000) // one that nobody closes
	for _, field := range []string{
		"Contact: " + quotes + ",x", "Route: " + quotes + ",x", "Via: " + quotes + ",x",
		"Via: SIP/2.0/UDP 192.0.2.1;a=" + quotes + ",x", "Contact: <sip:a@example.com>;a=" + quotes + ",x",
		"Contact: " + strings.Repeat("<", 60_000) + ",x", "Contact: " + strings.Repeat(`"`, 60_000) + ",x",
	} {
		text := lines(strings.Replace(optionsText, "\nFrom", "\n"+field+"\nFrom", 1))
		began := time.Now()
		_, err := Parse([]byte(text))
		if took := time.Since(began); took > most || err == nil {
			t.Errorf("%.40s...: %v, %v", field, took, err)
		}
	}
	began := time.Now()
	if NextParam(";id=" + quotes); time.Since(began) > most {
		t.Errorf("a parameter: %v", time.Since(began))
	}
}

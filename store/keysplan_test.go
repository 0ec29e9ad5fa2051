package store

import (
	"strings"
	"testing"
)

// An employee's keys are changed, and what they call, without a look at every
// phone.
func TestAnEmployeesPhonesAreFoundByIndex(t *testing.T) {
	s := world(t)
	for _, query := range []string{
		"UPDATE phones SET config_saved = 1 WHERE extension IN (SELECT id FROM extensions WHERE employee = ?1) AND " + keysElsewhere,
		usingPhones,
	} {
		got := steps(t, s, query, "e1")
		if strings.Contains(got, "SCAN phones") || strings.Contains(got, "SCAN extensions") || strings.Contains(got, "SCAN uses") {
			t.Errorf("%s\nis answered by\n%s", query, got)
		}
	}
}

package mgmt_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"ringfence/phone"
)

// toldElsewhere are rows that no scenario can provoke.
var toldElsewhere = map[phone.Rule]string{
	phone.Failure: "what goes wrong inside is made to go wrong in edge_test.go",
}

// neverTogether are rows that stand alone, for they end a request before the
// rest of it is looked at, or exclude what each other body can be wrong in.
var neverTogether = map[phone.Rule]bool{
	phone.Multiple: true, phone.AccessDenied: true, phone.NoPhone: true, phone.LevelTooLow: true, phone.Failure: true,
}

// The scenarios are the proof that the API tells each row of the page's table,
// as it stands there; that they are right is TestScenarios' affair.
func TestScenariosTellEveryRowOfTheTable(t *testing.T) {
	alone, together := map[string]bool{}, map[string]bool{}
	for _, e := range refusals(t) {
		alone[e.row()] = true
		for _, inner := range e.Inner {
			together[inner.row()] = true
		}
	}
	for r := phone.Multiple; r <= phone.Failure; r++ {
		row := rowOf(r)
		if why, ok := toldElsewhere[r]; ok == alone[row] {
			t.Errorf("%s: told alone is %v, elsewhere: %q", row, alone[row], why)
		}
		if together[row] == neverTogether[r] {
			t.Errorf("%s: told among others is %v", row, together[row])
		}
	}
}

func TestScenariosTellFaultsInTheOrderOfTheTable(t *testing.T) {
	rank := map[string]int{}
	for r := phone.Multiple; r <= phone.Failure; r++ {
		rank[rowOf(r)] = int(r)
	}
	most := 0
	for _, e := range refusals(t) {
		ranks := make([]int, len(e.Inner))
		for i, inner := range e.Inner {
			ranks[i] = len(rank) + 1 // what the page has no row for comes last
			if n, ok := rank[inner.row()]; ok {
				ranks[i] = n
			}
		}
		if !slices.IsSorted(ranks) {
			t.Errorf("%s: not in the order of the table: %+v", e.file, e.Inner)
		}
		most = max(most, len(slices.Compact(ranks)))
	}
	if most < 30 {
		t.Errorf("at most %d rows are told of one request", most)
	}
}

// refusal is an error as the API tells it.
type refusal struct {
	file        string
	Code        int
	Message     string
	Description string
	Inner       []refusal
}

var (
	element = regexp.MustCompile(`\[\d+\]`)
	country = regexp.MustCompile(`^Country code '.+'`)
)

// row is the row of the table that the error could be.
func (r refusal) row() string {
	message := element.ReplaceAllString(r.Message, "[#]")
	return fmt.Sprintf("%d %s: %s", r.Code, message, country.ReplaceAllString(r.Description, "Country code 'XX'"))
}

func rowOf(r phone.Rule) string {
	e := phone.Fault(r)
	status := map[phone.Kind]int{phone.Invalid: 422, phone.NotFound: 404, phone.Conflict: 409, phone.Denied: 403, phone.Internal: 500}
	return fmt.Sprintf("%d %s: %s", status[e.Kind], e.Key, e.Text)
}

// refusals are the errors that the scenarios expect of calls for SIP phones.
func refusals(t *testing.T) (all []refusal) {
	t.Helper()
	files, err := filepath.Glob("../testdata/api/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range a.Files {
			asked, answer, _ := strings.Cut(string(step.Data), "=> ")
			_, body, _ := strings.Cut(answer, "\n")
			e := refusal{file: filepath.Base(file) + ", " + step.Name}
			// A body that is no JSON object is no refusal.
			if !strings.Contains(asked, " /pbx/sipphone") || json.Unmarshal([]byte(body), &e) != nil {
				continue
			}
			if e.Message != "" {
				all = append(all, e)
			}
		}
	}
	return all
}

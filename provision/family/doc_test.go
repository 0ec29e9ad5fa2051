package family

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

const (
	handbook  = "../../docs/provisioning.md"
	tableFrom = "<!-- what each family can say: written by go test ./provision/family -run TestHandbook -update -->\n"
	tableTo   = "<!-- end -->\n"
)

// The handbook says what the families say.
func TestHandbook(t *testing.T) {
	b, err := os.ReadFile(handbook)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), tableFrom)
	table, after, ends := strings.Cut(rest, tableTo)
	if !ok || !ends {
		t.Fatalf("%s has no place for the table", handbook)
	}
	want := "\n" + supportTable("property", Properties, load(t)) + "\n" + supportTable("key", KeyFunctions, load(t)) + "\n"
	if *update {
		if err := os.WriteFile(handbook, []byte(before+tableFrom+want+tableTo+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != want {
		t.Errorf("%s says other things; -update writes it anew", handbook)
	}
}

// supportTable has a row for each name and a column for each family.
func supportTable(what string, names []string, fs *Families) string {
	var b strings.Builder
	titles, line := []string{what}, "|---"
	for _, f := range fs.All() {
		titles = append(titles, f.Title)
		line += "|---"
	}
	fmt.Fprintf(&b, "| %s |\n%s|\n", strings.Join(titles, " | "), line)
	for _, name := range names {
		cells := []string{"`" + name + "`"}
		for _, f := range fs.All() {
			cells = append(cells, strings.TrimSuffix(f.Supports[name].String(), "no"))
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	return b.String()
}

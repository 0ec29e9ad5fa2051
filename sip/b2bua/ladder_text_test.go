package b2bua

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestLadderOfAnAttendedTransfer plays an attended transfer and draws it: -v
// prints what docs/operations.md shows.
func TestLadderOfAnAttendedTransfer(t *testing.T) {
	const file = "../../testdata/calls/transfer-attended.txtar"
	runScenario(t, file)
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Files {
		if f.Name == "ladder" {
			t.Log("\n" + draw(string(f.Data), "alice", "server", "bob", "bob.2", "carol"))
		}
	}
}

func TestALadderIsDrawn(t *testing.T) {
	got := draw("a > INVITE 102\nb < INVITE \"A\" 101\nb > 200 & ACK\na ~ b\n", "a", "server", "b")
	want := `a                             server                        b
|--------- INVITE 102 ------->|                             |
|                             |------- INVITE "A" 101 ----->|
|                             |<----------- 200 ------------|
|                             |<----------- ACK ------------|
|<========================= media =========================>|
`
	if got != want {
		t.Errorf("\n%swant\n%s", got, want)
	}
}

const lane = 30 // characters from one lifeline to the next

// draw makes a diagram of a ladder, with a lifeline for each of names.
func draw(ladder string, names ...string) string {
	var out strings.Builder
	for i, name := range names {
		if out.WriteString(name); i < len(names)-1 {
			out.WriteString(strings.Repeat(" ", lane-len(name)))
		}
	}
	out.WriteByte('\n')
	server := slices.Index(names, "server")
	for line := range strings.Lines(ladder) {
		words := strings.Fields(line)
		who := slices.Index(names, words[0])
		from, to, text := who, server, strings.ReplaceAll(strings.Join(words[2:], " "), "SIP/2.0 ", "")
		switch words[1] {
		case "<":
			from, to = server, who
		case "~":
			out.WriteString(arrow(who, slices.Index(names, words[2]), len(names), "media", '='))
			continue
		}
		for part := range strings.SplitSeq(text, " & ") {
			out.WriteString(arrow(from, to, len(names), part, '-'))
		}
	}
	return out.String()
}

// arrow is one line: a text on an arrow between two lifelines.
func arrow(from, to, lanes int, text string, shaft byte) string {
	line := []byte(strings.TrimRight(strings.Repeat("|"+strings.Repeat(" ", lane-1), lanes), " "))
	lo, hi := min(from, to)*lane, max(from, to)*lane
	for i := lo + 1; i < hi; i++ {
		line[i] = shaft
	}
	if to < from || shaft == '=' {
		line[lo+1] = '<'
	}
	if to > from || shaft == '=' {
		line[hi-1] = '>'
	}
	label := " " + text[:min(len(text), hi-lo-7)] + " "
	copy(line[lo+(hi-lo-len(label))/2+1:], label)
	return string(line) + "\n"
}

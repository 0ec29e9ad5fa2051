package family

import (
	"slices"
	"strings"
	"testing"

	"ringfence/phone"
	"ringfence/provision/timezone"
)

// A script of a key is a list: whatever somebody writes into a label, a number or
// an address, it has as many parts as before, and each has its own name.
func TestAScriptKeepsItsParts(t *testing.T) {
	parts := func(script string) (names []string) {
		for part := range strings.SplitSeq(script, ";") {
			name, _, _ := strings.Cut(part, "=")
			names = append(names, name)
		}
		return names
	}
	for function := range mppFunctions {
		calm := Key{Function: function, Value: "201", Label: "Anna"}
		v := newMPPView(&View{Phone: &phone.Phone{}, URL: URLs{Directory: "https://example.net/"}})
		want := v.function(calm)
		for _, hostile := range []string{
			"201;fnc=sd;ext=900@evil.example", "a\r\n;nme=b", "$PASSWORD@evil.example", "x;;;", "\u2028;ext=9", "%3B;url=https://evil.example",
		} {
			bad := calm
			bad.Value, bad.Label = hostile, hostile
			got := v.function(bad)
			if !slices.Equal(parts(got), parts(want)) || strings.Count(got, "$") != strings.Count(want, "$") || strings.Count(got, "@") != strings.Count(want, "@") {
				t.Errorf("%s with %q: got %q, want as many parts as %q", function, hostile, got, want)
			}
		}
	}
}

// A phone none of whose keys is its line cannot call.
func TestOneKeyIsTheLine(t *testing.T) {
	key := func(index int, function string) Key {
		return Key{Index: index, Number: index + 1, Function: function, Value: "201", Label: function}
	}
	for name, c := range map[string]struct {
		keys []Key
		want string // the extensions of the four keys
		warn bool
	}{
		"no keys":                       {nil, "1 - - -", false},
		"a key on the first place":      {[]Key{key(0, phone.KeyBLF)}, "- 1 - -", false},
		"a line is asked for":           {[]Key{key(0, phone.KeyBLF), key(3, phone.KeyLine)}, "- - - 1", false},
		"two lines are asked for":       {[]Key{key(0, phone.KeyLine), key(1, phone.KeyLine)}, "1 1 - -", false},
		"a key that it has not":         {[]Key{key(0, phone.KeyHold)}, "1 - - -", false},
		"every key has another purpose": {[]Key{key(0, phone.KeyBLF), key(1, phone.KeyBLF), key(2, phone.KeyURL), key(3, phone.KeyBLF)}, "- - - 1", true},
	} {
		v := newSPAView(&View{
			Model: &phone.Model{Softkeys: 4}, Facts: &noFacts, Phone: &phone.Phone{}, Keys: c.keys,
			Accounts: []Account{{Extension: "200"}},
		})
		var got []string
		for _, k := range v.Keys() {
			got = append(got, strings.Replace(k.Extension, ciscoNoLine, "-", 1))
			if k.Extension == "1" && k.Function != "" {
				t.Errorf("%s: key %d is a line and has a function", name, k.Number)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if warned := len(v.displaced()) > 0; warned != c.warn {
			t.Errorf("%s: warned %v, want %v", name, warned, c.warn)
		}
	}
}

func TestGainIsSplit(t *testing.T) {
	for db, want := range map[int][2]int{-12: {-6, -3}, -9: {-6, -3}, -4: {-6, 2}, -3: {0, -3}, 0: {0, 0}, 3: {0, 3}, 4: {6, -2}, 6: {6, 0}, 9: {6, 3}} {
		if main, additional := splitGain(db); main != want[0] || additional != want[1] {
			t.Errorf("%d dB: got %d and %d, want %v", db, main, additional, want)
		}
	}
}

func TestClocksOfCiscoAndMitel(t *testing.T) {
	for name, want := range map[string][3]string{
		"Europe/Copenhagen": {"GMT+01:00", "start=3/-1/7/2:0:0;end=10/-1/7/3:0:0;save=1:0:0", "3 -1 1 2, 10 -1 1 3"},
		"America/New_York":  {"GMT-05:00", "start=3/8/7/2:0:0;end=11/1/7/2:0:0;save=1:0:0", "3 2 1 2, 11 1 1 2"},
		"Asia/Kolkata":      {"GMT+05:30", "", ""},
	} {
		z := timezone.Of("", name)
		if z == nil {
			t.Fatal("no zone", name)
		}
		c, m := &ciscoView{View: &View{Zone: z}}, &mitelView{&View{Zone: z}}
		var changes []string
		for _, change := range m.Clock().Changes {
			changes = append(changes, change.Value)
		}
		mitel := strings.Join(changes, " ")
		if len(changes) == 8 {
			mitel = strings.Join(changes[:4], " ") + ", " + strings.Join(changes[4:], " ")
		}
		if got := [3]string{c.TimeZone(), c.SummerTime(), mitel}; got != want || m.Clock().Minutes != -z.Standard {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

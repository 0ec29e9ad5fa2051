package family

import (
	"testing"

	"ringfence/phone"
)

func TestBacklight(t *testing.T) {
	for name, c := range map[string]struct {
		in     int
		levels phone.Range
		want   int
	}{
		"the lowest":                   {0, phone.Range{Min: 1, Max: 10}, 1},
		"the highest":                  {15, phone.Range{Min: 1, Max: 10}, 10},
		"between":                      {8, phone.Range{Min: 1, Max: 10}, 6},
		"on or off: off":               {0, phone.Range{Min: 0, Max: 1}, 0},
		"on or off: a little is on":    {1, phone.Range{Min: 0, Max: 1}, 1},
		"a little is not dark":         {1, phone.Range{Min: 0, Max: 4}, 1},
		"per cent":                     {15, phone.Range{Min: 10, Max: 100}, 100},
		"one level is what it has":     {9, phone.Range{Min: 1, Max: 1}, 1},
		"few levels, rounded":          {7, phone.Range{Min: 1, Max: 3}, 2},
		"the model's before the usual": {15, phone.Range{Min: 0, Max: 8}, 8},
	} {
		if got := backlight(&c.in, &c.levels, phone.Range{Min: 0, Max: 15}); *got != c.want {
			t.Errorf("%s: got %d, want %d", name, *got, c.want)
		}
	}
	if backlight(nil, nil, phone.Range{}) != nil {
		t.Error("a level for no value")
	}
}

package main

import "testing"

func TestHowMuchGarbageMayLieAbout(t *testing.T) {
	for _, c := range []struct {
		name string
		live uint64
		want int
	}{
		{"before the first collection", 0, 100},
		{"of a small heap a lot", 4 << 20, 400},
		{"then always as many megabytes", 64 << 20, 50},
		{"in steps", 70 << 20, 45},
		{"of a large heap a quarter", 128 << 20, 25},
		{"however large", 1 << 40, 25},
	} {
		if got := garbagePart(c.live); got != c.want {
			t.Errorf("%s: %d %%, want %d", c.name, got, c.want)
		}
	}
}

func TestTheHeapIsMeasured(t *testing.T) {
	returnMemory() // collects
	if liveHeap() == 0 {
		t.Error("nothing is in use")
	}
	tendMemory()() // ends when it is told to
}

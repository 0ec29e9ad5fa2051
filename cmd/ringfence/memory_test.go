package main

import "testing"

func TestHowMuchGarbageMayLieAbout(t *testing.T) {
	for _, c := range []struct {
		name string
		live uint64
		made uint64
		want int
	}{
		{"before the first collection", 0, 1 << 30, 100},
		{"of a small heap a lot", 4 << 20, 0, 400},
		{"then always as many megabytes", 64 << 20, 1 << 20, 35},
		{"in steps", 70 << 20, 1 << 20, 30},
		{"of a large heap a part", 256 << 20, 1 << 20, 15},
		{"however large", 1 << 40, 1 << 20, 15},
		{"as much as is made in two seconds", 256 << 20, 16 << 20, 25},
		{"but no more than twice what is in use", 32 << 20, 1 << 30, 200},
		{"nor than is bearable", 256 << 20, 1 << 30, 50},
	} {
		if got := garbagePart(c.live, c.made); got != c.want {
			t.Errorf("%s: %d %%, want %d", c.name, got, c.want)
		}
	}
}

func TestTheHeapIsMeasured(t *testing.T) {
	returnMemory() // collects
	if h := readHeap(); h.live == 0 || h.made == 0 {
		t.Errorf("%+v", h)
	}
	tendMemory()() // ends when it is told to
}

package main

import "testing"

func TestConnectionsLeaveFilesForTheRest(t *testing.T) {
	for _, c := range []struct {
		name              string
		most, files, part int
		want              int
	}{
		{"an unknown number of files", 20_000, 0, 2, 20_000},
		{"enough of them", 20_000, 524_288, 2, 20_000},
		{"as many as connections", 20_000, 20_000, 2, 10_000},
		{"few", 4096, 1024, 8, 128},
		{"hardly any", 4096, 3, 8, 1},
	} {
		if got := share(c.most, c.files, c.part); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if openFiles() < 0 {
		t.Error("less than no files")
	}
}

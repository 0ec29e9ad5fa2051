package store

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestAFaultIsToldOnce(t *testing.T) {
	var told strings.Builder
	log := slog.New(slog.NewTextHandler(&told, nil))
	full, gone := errors.New("disk full"), errors.New("disk gone")
	var f fault
	for i, step := range []struct {
		err   error
		lines int
	}{{nil, 0}, {full, 1}, {full, 0}, {gone, 1}, {gone, 0}, {nil, 0}, {nil, 0}, {gone, 1}} {
		told.Reset()
		f.tell(log, "it does not work", step.err)
		if n := strings.Count(told.String(), "it does not work"); n != step.lines {
			t.Errorf("step %d: %d lines, want %d: %s", i, n, step.lines, told.String())
		}
	}
}

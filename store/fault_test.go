package store

import (
	"errors"
	"testing"
)

func TestAFaultIsToldOnce(t *testing.T) {
	full, failing := errors.New("the disk is full"), errors.New("the disk fails")
	var f fault
	for i, c := range []struct {
		err  error
		told bool
	}{
		{nil, false},
		{full, true}, {full, false}, {full, false},
		{failing, true}, {failing, false},
		{nil, false}, {failing, true},
	} {
		if got := f.isNew(c.err); got != c.told {
			t.Errorf("%d: %v told: %v", i, c.err, got)
		}
	}
}

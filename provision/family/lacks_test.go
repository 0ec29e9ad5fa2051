package family

import (
	"reflect"
	"slices"
	"testing"
)

// A model can lack what can be taken away, and what others of its family have.
func TestLacksAreKnown(t *testing.T) {
	for _, m := range builtIn(t) {
		for _, name := range load(t).Facts(m).Lacks {
			if lacking[name] == nil && !slices.Contains(KeyFunctions, name) {
				t.Errorf("%s lacks %s, which cannot be taken away", m.Model, name)
			}
			if load(t).Of(m).Supports[name] == None {
				t.Errorf("%s lacks %s, which none of its family has", m.Model, name)
			}
		}
	}
}

// What is taken away from a view stays in the one that it was made of.
func TestFittingLeavesTheViewAlone(t *testing.T) {
	for _, m := range builtIn(t) {
		v, same := full(load(t), m), full(load(t), m)
		v.fitting()
		if !reflect.DeepEqual(v, same) {
			t.Errorf("the view of a %s has changed", m.Model)
		}
	}
}

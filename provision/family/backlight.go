package family

import (
	"cmp"

	"ringfence/phone"
)

// backlight brings a brightness from 0 to 15 into the maker's levels: those of the
// model, or else the family's usual. What is above 0 does not become the lowest,
// which may be dark. It is nil for no value.
func backlight(v *int, levels *phone.Range, usual phone.Range) *int {
	if v == nil {
		return nil
	}
	r := *cmp.Or(levels, &usual)
	b := r.Min + (*v*(r.Max-r.Min)*2+15)/30 // rounded to the nearest
	if *v > 0 && b == r.Min && r.Min < r.Max {
		b++
	}
	return &b
}

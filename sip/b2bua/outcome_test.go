package b2bua

import (
	"testing"

	"ringfence/phone"
)

func TestRefusal(t *testing.T) {
	for name, c := range map[string]struct {
		codes  []int
		code   int
		reason string
	}{
		"one phone is busy":                    {[]int{486}, 486, phone.EndBusy},
		"one busy, one does not answer":        {[]int{408, 486}, 486, phone.EndBusy},
		"one busy, one broken":                 {[]int{500, 486, 480}, 486, phone.EndBusy},
		"nobody answers":                       {[]int{408, 480}, 480, phone.EndUnreachable},
		"a phone wants another password":       {[]int{401}, 480, phone.EndUnreachable},
		"a phone sends elsewhere":              {[]int{302}, 480, phone.EndUnreachable},
		"no codec in common":                   {[]int{488, 480}, 488, phone.EndError},
		"busy counts more than the codec":      {[]int{488, 486}, 486, phone.EndBusy},
		"declined for all":                     {[]int{486, 603}, 603, phone.EndBusy},
		"busy everywhere":                      {[]int{600}, 600, phone.EndBusy},
		"the phone's own trouble is not told":  {[]int{503}, 480, phone.EndUnreachable},
		"a 6xx that nobody knows ends as well": {[]int{699}, 480, phone.EndUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			var got *outcome
			for _, code := range c.codes {
				got = more(got, refusal(code))
			}
			if got.code != c.code || got.reason != c.reason || got.by != phone.EndedByCallee {
				t.Errorf("got %+v, want %d %s", *got, c.code, c.reason)
			}
		})
	}
}

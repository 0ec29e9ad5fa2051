package family

import (
	"slices"
	"strings"

	"ringfence/phone"
)

// generic is a plain text for programs and phones that read such a thing. It has
// all that can be said, as it is.
func generic() *Family {
	f := &Family{
		Name: "generic", Title: "Generic",
		Files: []File{
			{Name: "{mac}.txt", Template: "phone.txt", Format: Lines},
			{Name: "directory.txt", Role: Directory, Template: "directory.txt", Format: Lines},
		},
		fits:     brand(phone.BrandGeneric),
		dress:    func(v *View) any { return &genericView{v} },
		Supports: map[string]Support{},
	}
	for _, name := range slices.Concat(Properties, KeyFunctions) {
		f.Supports[name] = Native
	}
	return f
}

// genericView is a View with what lines want.
type genericView struct{ *View }

// CodecNames are the codecs to offer.
func (v *genericView) CodecNames() string {
	names := make([]string, len(v.Codecs))
	for i, c := range v.Codecs {
		names[i] = string(c)
	}
	return strings.Join(names, " ")
}

// SRTP is the account's word, "off" for none.
func (v *genericView) SRTP(a Account) string { return a.encryption() }

// YesNo is a property that may have no value.
func (v *genericView) YesNo(b *bool) string { return pick(b, "yes", "no") }

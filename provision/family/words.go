package family

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ringfence/phone"
)

// What several makers say of a View, in words of their own.

// pick is one of two words for a property, "" when it has no value.
func pick(b *bool, yes, no string) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return yes
	}
	return no
}

// isTrue is of a property that may have no value.
func isTrue(b *bool) bool { return b != nil && *b }

// Label is what a phone calls an account: the number and the name of its
// extension.
func (a Account) Label() string { return strings.TrimSpace(a.Extension + " " + a.Name) }

// encryption is how the account's calls are encrypted; what nobody has said is off.
func (a Account) encryption() string { return cmp.Or(a.SRTP, phone.SRTPOff) }

// unused are the numbers up to a last one that no account has.
func unused(accounts []Account, last int) (numbers []int) {
	used := make([]bool, last+1)
	for _, a := range accounts {
		if 0 < a.Number && a.Number <= last {
			used[a.Number] = true
		}
	}
	for n := 1; n <= last; n++ {
		if !used[n] {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// codecNames are the codecs to offer, best first, by a maker's names; what has
// none is left out.
func codecNames(codecs []Codec, names map[Codec]string) (list []string) {
	for _, c := range codecs {
		if name := names[c]; name != "" {
			list = append(list, name)
		}
	}
	return list
}

// offers says whether a codec is one of those to offer.
func (v *View) offers(c Codec) bool { return slices.Contains(v.Codecs, c) }

// BuiltInTone is the number of the ringtone among those that the phone is born
// with, "" for none or for one of ours, which has an id.
func (v *View) BuiltInTone() string {
	tone := string(v.Phone.Ringer.Tone)
	if _, err := strconv.Atoi(tone); err != nil || len(tone) > 5 {
		return ""
	}
	return tone
}

// hours is a time in hours, such as 1 or 3:30.
func hours(minutes int) string {
	if minutes%60 == 0 {
		return strconv.Itoa(minutes / 60)
	}
	return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
}

// tags says whether the phone tags its frames, nil when it shall go on as it does.
func (v *View) tags() *bool {
	id := v.Phone.Network.VLANID
	if id == nil {
		return nil
	}
	on := *id != 0
	return &on
}

// VLAN is the number with which the phone tags its frames, "" for none.
func (v *View) VLAN() string {
	if !isTrue(v.tags()) {
		return ""
	}
	return strconv.Itoa(*v.Phone.Network.VLANID)
}

// Fixed is the network setting of a phone with a fixed address.
func (v *View) Fixed() *phone.Network {
	if dhcp := v.Phone.Network.DHCP; dhcp == nil || *dhcp {
		return nil
	}
	return &v.Phone.Network
}

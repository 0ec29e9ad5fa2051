package family

import "slices"

// lacks says whether the model cannot be told a property that others of its
// family can.
func (v *View) lacks(property string) bool { return slices.Contains(v.Facts.Lacks, property) }

// lacking are the properties that a model of a family may lack, and how a view
// comes to say nothing of them. Of video nothing is taken away: what a phone with
// a camera is told of it, one without must not be.
var lacking = map[string]func(*View){
	"codec.video":           func(*View) {},
	"dhsg":                  func(v *View) { v.Phone.DHSG = nil },
	"displayBackground":     func(v *View) { v.URL.Background = "" },
	"displayBrightness":     func(v *View) { v.Phone.DisplayBrightness = nil },
	"displayBrightnessIdle": func(v *View) { v.Phone.DisplayBrightnessIdle = nil },
	"displayFontColor":      func(v *View) { v.Phone.DisplayFontColor = "" },
	"handsetAddress": func(v *View) {
		v.Accounts = slices.Clone(v.Accounts)
		for i := range v.Accounts {
			v.Accounts[i].Handset = ""
		}
	},
	"headsetButton": func(v *View) { v.Phone.HeadsetButton = "" },
	"language":      func(v *View) { v.Language = "" },
	"ringer.tone":   func(v *View) { v.Phone.Ringer.Tone = "" },
}

// fitting is the view less what its model lacks, so that no family has to ask.
func (v *View) fitting() *View {
	if len(v.Facts.Lacks) == 0 {
		return v
	}
	fit, p := *v, *v.Phone
	fit.Phone = &p
	fit.Keys = slices.DeleteFunc(slices.Clone(v.Keys), func(k Key) bool { return v.lacks(k.Function) })
	for _, property := range v.Facts.Lacks {
		if takeAway := lacking[property]; takeAway != nil {
			takeAway(&fit)
		}
	}
	return &fit
}

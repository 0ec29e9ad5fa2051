package family

import (
	"maps"

	"ringfence/phone"
)

// Facts are what a model's file says of its configuration, beside what the API
// shows. A custom model has none, which is the family's usual.
type Facts struct {
	Lacks   []string `json:"lacks,omitempty"`   // properties that the family can express and this model cannot
	KeyRows []KeyRow `json:"keyRows,omitempty"` // of its own keys, in the order of their index; none is one row of all

	// The maker's levels of backlight, in use and idle, where they are not the
	// family's usual.
	Brightness     *phone.Range `json:"brightness,omitempty"`
	BrightnessIdle *phone.Range `json:"brightnessIdle,omitempty"`
	// Dictionary is what the files of a phone's languages begin with.
	Dictionary string `json:"dictionary,omitempty"`
	// ServerTemplate says that the accounts of a base name their server by a
	// template of its own.
	ServerTemplate bool `json:"serverTemplate,omitempty"`
}

// KeyRow is a row of keys that a phone counts by itself.
type KeyRow struct {
	Name    string `json:"name"` // in the maker's words
	Keys    int    `json:"keys"`
	NoLamps bool   `json:"noLamps,omitempty"` // a key of it cannot show a state
}

// modelFile is the part of a model's file that is for this package.
type modelFile struct {
	ID    phone.ID `json:"_id"`
	Facts Facts    `json:"provisioning"`
}

func readFacts() (map[phone.ID]*Facts, error) {
	files, err := phone.ReadModels[modelFile]()
	return maps.Collect(func(yield func(phone.ID, *Facts) bool) {
		for _, f := range files {
			if !yield(f.ID, &f.Facts) {
				return
			}
		}
	}), err
}

var noFacts Facts

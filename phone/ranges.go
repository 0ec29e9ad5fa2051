package phone

import "strconv"

// Range is the values that a setting of a model may have, both ends included.
type Range struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// Ranges holds the ranges of a model under the names of the phone's properties,
// in the maker's own numbers: no scale fits all makers. Mitel's microphones are
// set in decibels from -10, Grandstream's levels are 0 for 0 dB, 1 for -6 and 2
// for +6.
type Ranges struct {
	Ringer RingerRanges `json:"ringer,omitzero"`
	Volume VolumeRanges `json:"volume,omitzero"`
}

// RingerRanges holds those of the ringer. Tone is the built-in ringtones by
// their index: 0 is the first one of Mitel's, the default of Grandstream's, and
// silence on other phones.
type RingerRanges struct {
	Volume *Range `json:"volume,omitempty"`
	Tone   *Range `json:"tone,omitempty"`
}

// VolumeRanges holds those of the three ways to speak.
type VolumeRanges struct {
	Handset   LevelRanges `json:"handset,omitzero"`
	Headset   LevelRanges `json:"headset,omitzero"`
	Handsfree LevelRanges `json:"handsfree,omitzero"`
}

// LevelRanges holds those of a microphone and a speaker.
type LevelRanges struct {
	Mic     *Range `json:"mic,omitempty"`
	Speaker *Range `json:"speaker,omitempty"`
}

// anyLevel is the range of what a model does not support, or of which it is not
// known: the value is of no use and need not be given, but it can be kept.
var anyLevel = Range{Min: 0, Max: 100}

// holds says whether the value is in the range; a nil range is anyLevel.
func (r *Range) holds(n int) bool {
	if r == nil {
		r = &anyLevel
	}
	return n >= r.Min && n <= r.Max
}

// levelFaults judges the numbers that changed since was against the model.
func (p *Phone) levelFaults(was *Phone, model *Model) (fs Faults) {
	ringer, volume := model.Ranges.Ringer, model.Ranges.Volume
	for _, level := range []struct {
		now, was *int
		allowed  *Range
		row      Rule
	}{
		{p.Ringer.Volume, was.Ringer.Volume, ringer.Volume, RingerVolumeRange},
		{p.Ringer.Tone.index(), was.Ringer.Tone.index(), ringer.Tone, BadRingerTone},
		{p.Volume.Handset.Mic, was.Volume.Handset.Mic, volume.Handset.Mic, BadHandsetMic},
		{p.Volume.Handset.Speaker, was.Volume.Handset.Speaker, volume.Handset.Speaker, BadHandsetSpeaker},
		{p.Volume.Headset.Mic, was.Volume.Headset.Mic, volume.Headset.Mic, BadHeadsetMic},
		{p.Volume.Headset.Speaker, was.Volume.Headset.Speaker, volume.Headset.Speaker, BadHeadsetSpeaker},
		{p.Volume.Handsfree.Mic, was.Volume.Handsfree.Mic, volume.Handsfree.Mic, BadHandsfreeMic},
		{p.Volume.Handsfree.Speaker, was.Volume.Handsfree.Speaker, volume.Handsfree.Speaker, BadHandsfreeSpeaker},
	} {
		changed := level.now != nil && (level.was == nil || *level.was != *level.now)
		if changed && !level.allowed.holds(*level.now) {
			fs = append(fs, Fault(level.row))
		}
	}
	return fs
}

// index is that of a built-in ringtone, nil for a custom one and for none.
func (t Tone) index() *int {
	n, err := strconv.Atoi(string(t))
	if _, custom := ParseID(string(t)); custom || err != nil {
		return nil
	}
	return &n
}

package media

import (
	"strconv"
	"strings"
)

// codec is what a payload type stands for.
type codec struct {
	kind   uint8 // payload type
	speech bool  // it carries the sound or picture itself
	rate   uint32
	name   string
}

// maxCodecs is how many payload types of a stream are remembered by name.
const maxCodecs = 32

// static returns the payload types of RFC 3551 section 6 that need no a=rtpmap.
func static(kind uint8) codec {
	if int(kind) < len(staticCodecs) && staticCodecs[kind].rate != 0 {
		return staticCodecs[kind]
	}
	return codec{kind: kind}
}

var staticCodecs = [...]codec{
	0:  {0, true, 8000, "PCMU"},
	3:  {3, true, 8000, "GSM"},
	4:  {4, true, 8000, "G723"},
	5:  {5, true, 8000, "DVI4"},
	7:  {7, true, 8000, "LPC"},
	8:  {8, true, 8000, "PCMA"},
	9:  {9, true, 8000, "G722"}, // sounds at 16 kHz, is stamped at 8 (section 4.5.2)
	10: {10, true, 44100, "L16"},
	11: {11, true, 44100, "L16"},
	13: {13, false, 8000, "CN"},
	15: {15, true, 8000, "G728"},
	18: {18, true, 8000, "G729"},
	26: {26, true, 90000, "JPEG"},
	31: {31, true, 90000, "H261"},
	34: {34, true, 90000, "H263"},
}

// parseRtpmap reads "101 telephone-event/8000" (RFC 8866 section 6.6).
func parseRtpmap(value string) (codec, bool) {
	number, rest, _ := strings.Cut(value, " ")
	name, rest, ok := strings.Cut(strings.TrimSpace(rest), "/")
	digits, _, _ := strings.Cut(rest, "/")
	kind, err := strconv.ParseUint(number, 10, 7)
	rate, err2 := strconv.ParseUint(digits, 10, 32)
	if !ok || err != nil || err2 != nil || rate == 0 || rate > maxRate || len(name) > 32 {
		return codec{}, false
	}
	return codec{kind: uint8(kind), speech: !silent(name), rate: uint32(rate), name: spell(name)}, true
}

// maxRate is above every clock in use; video has 90,000.
const maxRate = 1_000_000

// silent reports whether an encoding carries no sound of its own.
func silent(name string) bool {
	for _, s := range [...]string{"telephone-event", "tone", "CN", "red", "ulpfec", "flexfec-03", "rtx"} {
		if strings.EqualFold(s, name) {
			return true
		}
	}
	return false
}

// spell returns the encoding's name as others write it; names have no case
// (RFC 4855 section 3).
func spell(name string) string {
	for _, s := range spellings {
		if strings.EqualFold(s, name) {
			return s
		}
	}
	return strings.Clone(name)
}

var spellings = [...]string{
	"PCMA", "PCMU", "G722", "telephone-event", "G729", "G729a", "G729AB", "opus", "CN", "iLBC", "GSM",
	"speex", "AMR", "AMR-WB", "EVS", "G723", "G728", "G726-32", "G726-16", "G726-24",
	"G726-40", "AAL2-G726-32", "G7221", "SILK", "L16", "H264", "H265", "VP8", "VP9", "AV1", "H263", "H263-1998", "H261",
}

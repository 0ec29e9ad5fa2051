package media

// Kind is what a stream carries.
type Kind uint8

// The kinds. A stream of another kind is not relayed.
const (
	Other Kind = iota
	Audio
	Video
)

// String is the name in an m= line.
func (k Kind) String() string {
	switch k {
	case Audio:
		return "audio"
	case Video:
		return "video"
	}
	return "other"
}

func kindOf(name string) Kind {
	switch name {
	case "audio":
		return Audio
	case "video":
		return Video
	}
	return Other
}

// buffer is what a socket holds until it is read, in octets: more than a second
// of sound, or a few whole pictures. It bounds what strangers can make the
// kernel hold.
func (k Kind) buffer() int {
	if k == Video {
		return 256 << 10
	}
	return 64 << 10
}

// class is the octet of the IP header that asks routers for haste: EF for
// sound, AF41 for pictures (RFC 4594 section 2.3).
func (k Kind) class() int {
	if k == Video {
		return 34 << 2
	}
	return 46 << 2
}

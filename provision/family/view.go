package family

import (
	"net"
	"strconv"
	"strings"

	"ringfence/phone"
	"ringfence/provision/timezone"
)

// View is all that a configuration can say of one device, with every reference
// resolved. It is shared by who renders it, and nobody changes it.
type View struct {
	MAC    phone.MAC
	Model  *phone.Model
	Facts  *Facts       // of the model; never nil
	Phone  *phone.Phone // whose settings go for the device as a whole: that of the first account
	Server Server
	URL    URLs

	Accounts    []Account      // by handset; a desk phone has one
	Keys        []Key          // in the order of their index
	Codecs      []Codec        // those to offer, best first
	Language    string         // ISO 639-1; "" leaves it to the phone
	Zone        *timezone.Zone // nil leaves it to the phone
	NTP         string         // host; "" leaves it to the phone
	Voicemail   string         // the number to call; "" is none
	Pickup      string         // the feature code before a number that rings
	WebPassword string         // of the administrator of the phone's own web page; "" leaves it
	MasterPin   string         // of the customer; "" is none
	Contacts    []Contact      // of the phone book, which alone shows them
}

// Server is where the phone registers.
type Server struct {
	Domain    string // of addresses of record
	Host      string // the outbound proxy: name or address, IPv6 without brackets
	Port      uint16
	Transport string // udp, tcp or tls
	Expires   int    // the registration lifetime to ask for, seconds
}

// HostPort is the host with its port, as it stands in a URI.
func (s Server) HostPort() string { return net.JoinHostPort(s.Host, strconv.Itoa(int(s.Port))) }

// URIHost is the host as it stands in a URI: an IPv6 address in brackets.
func (s Server) URIHost() string {
	if strings.Contains(s.Host, ":") {
		return "[" + s.Host + "]"
	}
	return s.Host
}

// URLs are where the phone finds files. Each is whole, or "" for none.
type URLs struct {
	Base       string // what is before the name of a file, with a slash at its end
	Directory  string // the phone book
	Firmware   string // of the model
	Ringtone   string // the custom ringtone of ringer.tone
	Background string // displayBackground
}

// Account is one SIP account of the device.
type Account struct {
	Number    int // from 1; on a base that of the handset
	Username  string
	Password  string
	Name      string // of the extension; "" when the phone is not linked
	Extension string // its number
	Handset   string // the handset's own address, such as an IPEI; "" on a desk phone
	SRTP      string // phone.SRTPOff and so on
}

// Key is a softkey whose value can be dialled or opened.
type Key struct {
	Index    int    // from 0, over the phone and its panels
	Panel    int    // 0 is the phone itself, 1 its first side panel
	Number   int    // from 1, on the phone or its panel
	Function string // phone.KeyBLF and so on
	Value    string // the number to call or the URL to open; "" for what the phone does alone
	Watch    string // the number whose state its lamp shows, "" for none
	Label    string
}

// Codec is one that calls may use.
type Codec string

// The codecs that phones are told of.
const (
	G722 Codec = "g722"
	PCMA Codec = "pcma"
	PCMU Codec = "pcmu"
	G729 Codec = "g729"
	H264 Codec = "h264" // video
)

// Contact is an entry of the phone book.
type Contact struct{ Name, Number string }

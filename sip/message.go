package sip

import (
	sipgo "github.com/emiago/sipgo/sip"
)

// The message model is sipgo's. It passes through by alias, so that no other
// room names that library.
type (
	// Message is a Request or a Response.
	Message = sipgo.Message
	// Request is RFC 3261 section 7.1.
	Request = sipgo.Request
	// Response is RFC 3261 section 7.2.
	Response = sipgo.Response
	// URI is a SIP or SIPS URI in its parts, or another scheme kept as text.
	URI = sipgo.Uri
	// Params are the parameters of a header field or of a URI. Those of parsed
	// messages have lower-case names; a quoted value keeps its quotes, unless
	// it has blanks in it: then they are put back when it is written.
	Params = sipgo.HeaderParams
	// Param is one name and value of Params.
	Param = sipgo.HeaderKV
	// RequestMethod is a method token, which is case-sensitive.
	RequestMethod = sipgo.RequestMethod
	// Header is one header field value.
	Header = sipgo.Header
)

// Header fields that have a form of their own. In a parsed message all others,
// Record-Route among them, are what NewHeader makes: a name and its text.
type (
	ViaHeader           = sipgo.ViaHeader
	FromHeader          = sipgo.FromHeader
	ToHeader            = sipgo.ToHeader
	ContactHeader       = sipgo.ContactHeader
	CallIDHeader        = sipgo.CallIDHeader
	CSeqHeader          = sipgo.CSeqHeader
	MaxForwardsHeader   = sipgo.MaxForwardsHeader
	ContentLengthHeader = sipgo.ContentLengthHeader
	ContentTypeHeader   = sipgo.ContentTypeHeader
	ExpiresHeader       = sipgo.ExpiresHeader
	RouteHeader         = sipgo.RouteHeader
)

// Methods of RFC 3261 and its extensions.
const (
	INVITE    = sipgo.INVITE
	ACK       = sipgo.ACK
	CANCEL    = sipgo.CANCEL
	BYE       = sipgo.BYE
	REGISTER  = sipgo.REGISTER
	OPTIONS   = sipgo.OPTIONS
	SUBSCRIBE = sipgo.SUBSCRIBE
	NOTIFY    = sipgo.NOTIFY
	REFER     = sipgo.REFER
	INFO      = sipgo.INFO
	MESSAGE   = sipgo.MESSAGE
	PRACK     = sipgo.PRACK
	UPDATE    = sipgo.UPDATE
	PUBLISH   = sipgo.PUBLISH
)

// NewHeader makes a header field of a name and its text.
func NewHeader(name, value string) Header { return sipgo.NewHeader(name, value) }

// NewRequest makes a request without any header field.
func NewRequest(method RequestMethod, recipient URI) *Request {
	return sipgo.NewRequest(method, recipient)
}

// NewResponse makes a response without any header field; Reply makes one that
// answers a request.
func NewResponse(code int, reason string) *Response { return sipgo.NewResponse(code, reason) }

// CloneHeader copies a header field, so that the copy may be changed. Those
// that are a single number or word (Call-ID, Max-Forwards, Content-Length) are
// shared: replace them, never write to them.
func CloneHeader(h Header) Header { return sipgo.HeaderClone(h) }

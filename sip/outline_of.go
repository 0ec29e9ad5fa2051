package sip

import (
	"strconv"
	"strings"
)

// OutlineOf is the outline of a parsed request. Where the message model does
// not keep what was written, it is what the model writes.
func OutlineOf(req *Request) *Outline {
	o := &Outline{
		Method: req.Method, URI: partsOf(req.Recipient), Text: req.Recipient.String(),
		CallID: callID(req), MaxForwards: -1,
		Contacts: values(req, "contact"), Authorization: values(req, "authorization"),
		Supported: values(req, "supported"), Require: values(req, "require"),
		Expires: first(req, "expires"), UserAgent: first(req, "user-agent"),
	}
	for _, v := range values(req, "path") {
		for p := range list(v, ',') {
			o.Path = append(o.Path, p)
		}
	}
	if from := req.From(); from != nil {
		o.From = partyOf(from.DisplayName, from.Address, from.Params)
	}
	if to := req.To(); to != nil {
		o.To = partyOf(to.DisplayName, to.Address, to.Params)
	}
	if seq := req.CSeq(); seq != nil {
		o.CSeq = seq.SeqNo
	}
	if n := req.MaxForwards(); n != nil {
		o.MaxForwards = int(*n)
	}
	o.viasOf(req)
	return o
}

func values(m Message, name string) (all []string) {
	for h := range namedFields(m, name) {
		all = append(all, h.Value())
	}
	return all
}

func first(m *Request, name string) string {
	return textOf(m, name)
}

func partsOf(u URI) URIParts {
	s := URIParts{Scheme: u.Scheme, User: u.User, Host: u.Host, Port: uint16(u.Port), Rest: u.Raw()}
	if u.Password != "" {
		s.User += ":" + u.Password
	}
	if len(u.UriParams) > 0 {
		s.Rest = paramsText(u.UriParams)
	}
	if len(u.Headers) > 0 {
		s.Rest += "?" + u.Headers.ToString('&')
	}
	return s
}

// partyOf leaves out a tag without a value: a reply adds one.
func partyOf(name string, u URI, ps Params) Party {
	tag := ps.GetOr("tag", "")
	if ps.Has("tag") && tag == "" {
		ps = ps.Clone()
		ps.Remove("tag")
	}
	h := FromHeader{DisplayName: name, Address: u, Params: ps}
	return Party{Value: h.Value(), URI: partsOf(u), Tag: tag}
}

func (o *Outline) viasOf(req *Request) {
	for h := range namedFields(req, "Via") {
		v, ok := h.(*ViaHeader)
		if !ok {
			continue
		}
		if len(o.Vias) > 0 {
			o.Vias = append(o.Vias, viaText(v, v.Params))
			continue
		}
		ps := v.Params.Clone()
		ps.Remove("received")
		before, after, rport := cutParam(ps, "rport")
		text := viaText(v, before)
		o.Via = TopVia{Host: v.Host, Port: uint16(v.Port), Branch: v.Params.GetOr("branch", ""), RPort: rport}
		if rport {
			text += ";rport"
			o.Via.rport = len(text)
		}
		o.Vias = append(o.Vias, text+paramsText(after))
	}
}

// cutParam gives the parameters before and after the one of a name.
func cutParam(ps Params, name string) (before, after Params, found bool) {
	for i, p := range ps {
		if p.K == name {
			return ps[:i], ps[i+1:], true
		}
	}
	return ps, nil, false
}

// viaText is the value of a Via with these parameters.
func viaText(v *ViaHeader, ps Params) string {
	text := v.ProtocolName + "/" + v.ProtocolVersion + "/" + v.Transport + " "
	if strings.Contains(v.Host, ":") && v.Host[0] != '[' {
		text += "[" + v.Host + "]"
	} else {
		text += v.Host
	}
	if v.Port > 0 {
		text += ":" + strconv.Itoa(v.Port)
	}
	return text + paramsText(ps)
}

func paramsText(ps Params) string {
	if len(ps) == 0 {
		return ""
	}
	return ";" + ps.ToString(';')
}

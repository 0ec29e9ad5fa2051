package simphone

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ParseSnom reads the XML that Snom desk phones take: <settings> holding
// <phone-settings> with one element for each parameter. Of those with an idx it
// reads the first identity (idx="1"); when one comes twice, the later wins.
// Errors: ErrTooLarge, ErrIncomplete, or what is wrong with the XML.
func ParseSnom(r io.Reader) (Settings, error) {
	b, err := bounded(r)
	if err != nil {
		return Settings{}, err
	}
	var s Settings
	if err := eachSnom(b, s.setSnom); err != nil {
		return Settings{}, fmt.Errorf("parse snom configuration: %w", err)
	}
	return s.complete()
}

// eachSnom gives set every parameter in phone-settings of the first identity.
func eachSnom(b []byte, set func(name, value string)) error {
	d := xml.NewDecoder(bytes.NewReader(b))
	path := make([]string, 0, 4)
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.StartElement:
			if !inPhoneSettings(path) {
				path = append(path, t.Name.Local)
				continue
			}
			var text string
			if err := d.DecodeElement(&text, &t); err != nil {
				return err
			}
			if firstIdentity(t) {
				set(t.Name.Local, strings.TrimSpace(text))
			}
		}
	}
}

func inPhoneSettings(path []string) bool {
	return len(path) == 2 && path[0] == "settings" && path[1] == "phone-settings"
}

func firstIdentity(e xml.StartElement) bool {
	for _, a := range e.Attr {
		if a.Name.Local == "idx" {
			return a.Value == "1"
		}
	}
	return true
}

func (s *Settings) setSnom(name, value string) {
	switch name {
	case "user_name":
		s.Username = value
	case "user_pname":
		s.AuthName = value
	case "user_pass":
		s.Password = value
	case "user_host":
		s.Domain = value
	case "user_outbound":
		s.Server, s.Transport = outbound(value)
	case "user_realname":
		s.DisplayName = value
	case "user_idle_number":
		s.Extension = value
	case "user_expiry":
		s.Expires = seconds(value)
	}
}

// outbound takes "host:port;transport=udp" apart.
func outbound(value string) (server, transport string) {
	server, params, _ := strings.Cut(value, ";")
	for param := range strings.SplitSeq(params, ";") {
		if name, v, _ := strings.Cut(param, "="); strings.EqualFold(name, "transport") {
			transport = strings.ToLower(v)
		}
	}
	return server, transport
}

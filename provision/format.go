package provision

import (
	"bytes"
	"embed"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"text/template"

	"ringfence/phone"
)

//go:embed templates/*.tmpl
var files embed.FS

// file is a rendered configuration.
type file struct {
	contentType string
	body        []byte
}

// renderer renders a view in one format.
type renderer func(view) (*file, error)

// formats are the renderers by brand.
type formats map[string]renderer

// of is the renderer of a model, nil when it cannot be provisioned.
func (f formats) of(m *phone.Model) renderer {
	if m == nil || !m.Capabilities.Provision {
		return nil
	}
	return f[m.Brand]
}

func parseFormats() (formats, error) {
	t, err := template.New("").Funcs(functions).ParseFS(files, "templates/*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("provisioning templates: %w", err)
	}
	return formats{
		phone.BrandSnom:    render(t, "snom.xml.tmpl", "text/xml; charset=utf-8"),
		phone.BrandGeneric: render(t, "generic.txt.tmpl", "text/plain; charset=utf-8"),
	}, nil
}

func render(t *template.Template, name, contentType string) renderer {
	return func(v view) (*file, error) {
		var b bytes.Buffer
		if err := t.ExecuteTemplate(&b, name, v); err != nil {
			return nil, fmt.Errorf("render %s: %w", name, err)
		}
		return &file{contentType: contentType, body: b.Bytes()}, nil
	}
}

// functions are what a template may call. Every value of the phone object goes
// through xml or line, so that none can break out of its place.
var functions = template.FuncMap{
	"xml":     escapeXML,
	"line":    func(v any) string { return oneLine(text(v)) },
	"onoff":   onOff,
	"set":     func(v any) bool { return text(v) != "" },
	"snomkey": snomKey,
}

func escapeXML(v any) (string, error) {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(oneLine(text(v)))); err != nil {
		return "", err
	}
	return b.String(), nil
}

// text is a property's value, "" when it has none.
func text(v any) string {
	switch v := v.(type) {
	case *int:
		if v == nil {
			return ""
		}
		return strconv.Itoa(*v)
	case *bool:
		if v == nil {
			return ""
		}
		return strconv.FormatBool(*v)
	default:
		return fmt.Sprint(v)
	}
}

// onOff is how Snom writes a Boolean.
func onOff(b *bool) string {
	if b != nil && *b {
		return "on"
	}
	return "off"
}

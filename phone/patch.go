package phone

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// Patch is a request body: the properties that it names and their values. A
// property that it does not name is left as it is; null clears one.
type Patch struct {
	tree map[string]any
}

// ParsePatch reads a JSON object. Anything else is a BadRequest.
func ParsePatch(body []byte) (Patch, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var tree map[string]any
	if err := d.Decode(&tree); err != nil || tree == nil {
		return Patch{}, badBody("Body is not a JSON object")
	}
	if _, err := d.Token(); err != io.EOF {
		return Patch{}, badBody("Body has something after the JSON object")
	}
	return Patch{tree: tree}, nil
}

func badBody(text string) error {
	return &Error{Kind: BadRequest, Key: "bad_request", Text: text}
}

// Without returns the patch less a top-level property, for what its sender may
// not set.
func (p Patch) Without(name string) Patch {
	rest := make(map[string]any, len(p.tree))
	for k, v := range p.tree {
		if k != name {
			rest[k] = v
		}
	}
	return Patch{tree: rest}
}

// value finds a property by its path (ip.mode). A null on the way clears what
// is below it: "ip": null is null for ip.mode too. A parent that is not an
// object is of the wrong type, which is told of the parent alone.
func (p Patch) value(path string) (v any, named bool) {
	node := p.tree
	parts := strings.Split(path, ".")
	for i, part := range parts {
		v, named = node[part]
		if !named || v == nil || i == len(parts)-1 {
			return v, named
		}
		next, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		node = next
	}
	return nil, false
}

// Apply sets the named properties on the phone. It returns every value that is
// of the wrong type; those properties are left as they were.
func (p Patch) Apply(to *Phone) (fs Faults) {
	for _, group := range groups {
		if v, named := p.value(group); named && v != nil {
			if _, ok := v.(map[string]any); !ok {
				fs = append(fs, unlisted(group, mustBe("an object")))
			}
		}
	}
	for _, prop := range properties {
		v, named := p.value(prop.path)
		if !named {
			continue
		}
		fs = append(fs, prop.set(to, v)...)
	}
	return fs
}

func mustBe(what string) string { return "Value is invalid, must be " + what }

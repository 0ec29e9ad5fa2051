// Package openapi is the description of the management API in OpenAPI 3.1, and
// the page that shows it. It is written by hand, a YAML file a resource, and
// merged into one JSON document when it is first asked for. The tests of mgmt hold
// every request and answer of theirs against it, and the table of routes, and
// the property names of the Go types.
package openapi

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed *.yaml
var files embed.FS

// JSON is the whole document. It is made once; it fails when the files do not
// fit together.
var JSON = sync.OnceValues(func() ([]byte, error) {
	doc, err := mergeAll(files)
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	if err := complete(doc); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	var out strings.Builder
	if err := encode(&out, doc); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	return []byte(out.String()), nil
})

// mergeAll reads info.yaml, which has what all share, and then the resources in
// the order of their names.
func mergeAll(dir fs.FS) (yaml.MapSlice, error) {
	names, err := fs.Glob(dir, "*.yaml")
	if err != nil {
		return nil, err
	}
	// phone before phone-actions: by their names without the extension.
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(resource(a), resource(b)) })
	doc, err := read(dir, "info.yaml")
	for _, name := range names {
		if err != nil {
			return nil, err
		}
		if name == "info.yaml" {
			continue
		}
		var part yaml.MapSlice
		if part, err = read(dir, name); err == nil {
			doc, err = merge(doc, part, name)
		}
	}
	return doc, err
}

func resource(file string) string { return strings.TrimSuffix(file, ".yaml") }

// read keeps the order of the file, for it is the order in which people read.
func read(dir fs.FS, name string) (doc yaml.MapSlice, err error) {
	b, err := fs.ReadFile(dir, name)
	if err != nil {
		return nil, err
	}
	if err := yaml.UnmarshalWithOptions(b, &doc, yaml.UseOrderedMap()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return doc, nil
}

// merge adds the entries of a part. Only maps may be in both.
func merge(doc, part yaml.MapSlice, at string) (yaml.MapSlice, error) {
	for _, item := range part {
		at := fmt.Sprint(at, "/", item.Key)
		i := find(doc, item.Key)
		if i < 0 {
			doc = append(doc, item)
			continue
		}
		there, ok1 := doc[i].Value.(yaml.MapSlice)
		here, ok2 := item.Value.(yaml.MapSlice)
		if !ok1 || !ok2 {
			return nil, fmt.Errorf("%s is described twice", at)
		}
		merged, err := merge(there, here, at)
		if err != nil {
			return nil, err
		}
		doc[i].Value = merged
	}
	return doc, nil
}

// encode writes JSON with the keys in their order, which encoding/json would
// sort. A key that YAML reads as a number, such as a status, is a string here.
func encode(out *strings.Builder, v any) error {
	switch v := v.(type) {
	case yaml.MapSlice:
		return list(out, '{', '}', len(v), func(i int) error {
			if err := encode(out, fmt.Sprint(v[i].Key)); err != nil {
				return err
			}
			out.WriteByte(':')
			return encode(out, v[i].Value)
		})
	case []any:
		return list(out, '[', ']', len(v), func(i int) error { return encode(out, v[i]) })
	}
	b, err := json.Marshal(v)
	out.Write(b)
	return err
}

func list(out *strings.Builder, open, end byte, n int, element func(int) error) error {
	out.WriteByte(open)
	for i := range n {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := element(i); err != nil {
			return err
		}
	}
	out.WriteByte(end)
	return nil
}

package openapi

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"
)

// common are the answers that follow from what an operation has.
var common = []struct{ with, status, response string }{
	{"x-access-level", "401", "Unauthorized"},
	{"x-access-level", "403", "Forbidden"},
	{"x-access-level", "414", "TooLong"},
	{"x-access-level", "429", "TooMany"},
	{"x-access-level", "500", "Internal"},
	{"requestBody", "400", "BadRequest"},
	{"requestBody", "408", "TooSlow"},
	{"requestBody", "413", "TooLarge"},
	{"requestBody", "500", "Internal"},
}

// complete adds to every operation what follows from what it is, so that the
// files tell only what is particular to it: the answers that all calls with a
// token or a body have, the path's parameters, and its level in words.
func complete(doc yaml.MapSlice) error {
	paths := child(doc, "paths")
	for i, p := range paths {
		var methods yaml.MapSlice
		path, _ := p.Value.(yaml.MapSlice)
		for _, m := range path {
			operation, ok := m.Value.(yaml.MapSlice)
			if !ok {
				continue // the path's parameters
			}
			if find(operation, "responses") < 0 {
				return fmt.Errorf("%v %v has no responses", m.Key, p.Key)
			}
			operation = slices.Clone(operation)
			set(&operation, "responses", answers(operation))
			set(&operation, "description", description(operation))
			set(&operation, "parameters", append(array(path, "parameters"), array(operation, "parameters")...))
			methods = append(methods, yaml.MapItem{Key: m.Key, Value: operation})
		}
		paths[i].Value = methods
	}
	if len(paths) == 0 {
		return errors.New("no paths")
	}
	return nil
}

func answers(operation yaml.MapSlice) yaml.MapSlice {
	all := slices.Clone(child(operation, "responses"))
	for _, c := range common {
		if find(operation, c.with) >= 0 && find(all, c.status) < 0 {
			ref := yaml.MapSlice{{Key: "$ref", Value: "#/components/responses/" + c.response}}
			all = append(all, yaml.MapItem{Key: c.status, Value: ref})
		}
	}
	slices.SortStableFunc(all, func(a, b yaml.MapItem) int {
		return cmp.Compare(fmt.Sprint(a.Key), fmt.Sprint(b.Key))
	})
	return all
}

// description tells the level too, which few readers look for in an extension.
func description(operation yaml.MapSlice) string {
	text, level := "", "Needs no token."
	if i := find(operation, "description"); i >= 0 {
		text = fmt.Sprint(operation[i].Value, "\n\n")
	}
	if i := find(operation, "x-access-level"); i >= 0 {
		level = fmt.Sprintf("From the level %v up.", operation[i].Value)
	}
	return text + level
}

// find is the place of a key, -1 where it is not.
func find(doc yaml.MapSlice, key any) int {
	return slices.IndexFunc(doc, func(item yaml.MapItem) bool { return fmt.Sprint(item.Key) == fmt.Sprint(key) })
}

func child(doc yaml.MapSlice, key string) yaml.MapSlice {
	if i := find(doc, key); i >= 0 {
		v, _ := doc[i].Value.(yaml.MapSlice)
		return v
	}
	return nil
}

// array is a copy.
func array(doc yaml.MapSlice, key string) []any {
	if i := find(doc, key); i >= 0 {
		v, _ := doc[i].Value.([]any)
		return slices.Clone(v)
	}
	return nil
}

func set(doc *yaml.MapSlice, key string, value any) {
	if i := find(*doc, key); i >= 0 {
		(*doc)[i].Value = value
		return
	}
	*doc = append(*doc, yaml.MapItem{Key: key, Value: value})
}

package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// configFile is the YAML file.
type configFile string

// BeforeResolve hands kong the file's settings before it fills in what no flag
// has set. An unknown key is an error: a typing mistake must not pass for a
// setting. The field itself is not yet set at this time, only known.
func (configFile) BeforeResolve(c *kong.Context, trace *kong.Path) error {
	name := string(c.FlagValue(trace.Flag).(configFile))
	if name == "" {
		return nil
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("--config: %w", err)
	}
	settings := map[string]*written{}
	if err := yaml.Unmarshal(b, &settings); err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n") // the rest is an excerpt
		return fmt.Errorf("--config: %s is not a YAML file of settings: %s", name, first)
	}
	if err := knownKeys(name, settings, c.Flags()); err != nil {
		return err
	}
	c.AddResolver(fromFile(settings))
	return nil
}

// written is a value as it is written in the file, without its quotes, so that it
// means what it would in a flag: 0123 is no octal number, and 10 no duration.
// Those of a list have commas between them.
type written string

// UnmarshalYAML is for package yaml.
func (w *written) UnmarshalYAML(node ast.Node) error {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		text, err := scalar(node)
		*w = written(text)
		return err
	}
	texts := make([]string, len(list.Values))
	for i, node := range list.Values {
		var err error
		if texts[i], err = scalar(node); err != nil {
			return err
		}
	}
	*w = written(kong.JoinEscaped(texts, ','))
	return nil
}

func scalar(node ast.Node) (string, error) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case ast.ScalarNode:
		return n.GetToken().Value, nil
	}
	return "", fmt.Errorf("%s is neither a value nor a list of values", strings.TrimPrefix(node.GetPath(), "$."))
}

func knownKeys(file string, settings map[string]*written, flags []*kong.Flag) error {
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		if !slices.ContainsFunc(flags, func(f *kong.Flag) bool { return f.Name == key && key != "config" && key != "help" }) {
			return fmt.Errorf("--config: %s: unknown setting %q", file, key)
		}
	}
	return nil
}

// fromFile resolves a flag from the file unless the environment sets it, which
// kong by itself would rank below.
func fromFile(settings map[string]*written) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, name := range flag.Envs {
			if _, ok := os.LookupEnv(name); ok {
				return nil, nil
			}
		}
		if text := settings[flag.Name]; text != nil {
			return string(*text), nil
		}
		return nil, nil
	})
}

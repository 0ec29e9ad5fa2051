package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
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
	settings := map[string]any{}
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

func knownKeys(file string, settings map[string]any, flags []*kong.Flag) error {
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		if !slices.ContainsFunc(flags, func(f *kong.Flag) bool { return f.Name == key && key != "config" }) {
			return fmt.Errorf("--config: %s: unknown setting %q", file, key)
		}
	}
	return nil
}

// fromFile resolves a flag from the file unless the environment sets it, which
// kong by itself would rank below.
func fromFile(settings map[string]any) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, name := range flag.Envs {
			if _, ok := os.LookupEnv(name); ok {
				return nil, nil
			}
		}
		return settings[flag.Name], nil
	})
}

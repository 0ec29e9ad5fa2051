// Command build compiles the country database that package geoip embeds, from
// the two text exports of the IPFire Location database (IPv4 and IPv6) that
// Debian ships as tor-geoipdb.
//
// The same texts always give the same bytes: the build time in the database is
// that of the export, and nothing is taken from the clock or the machine. It
// does not download anything.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
)

func main() {
	v4 := flag.String("v4", "", "text export of the IPv4 ranges")
	v6 := flag.String("v6", "", "text export of the IPv6 ranges")
	out := flag.String("o", "", "database to write, in the MaxMind DB format")
	flag.Parse()
	if err := run(*v4, *v6, *out); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

// run compiles the exports v4 and v6 to the file out, which it writes only when
// everything before has succeeded.
func run(v4, v6, out string) error {
	e4, err := readExport(v4)
	if err != nil {
		return err
	}
	e6, err := readExport(v6)
	if err != nil {
		return err
	}
	var db bytes.Buffer
	left, err := compile(&db, e4, e6)
	if err != nil {
		return fmt.Errorf("compile %s and %s: %w", v4, v6, err)
	}
	if err := os.WriteFile(out, db.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write database: %w", err)
	}
	fmt.Printf("%s: %d+%d ranges, %d networks left out, %d bytes\n",
		out, len(e4.ranges), len(e6.ranges), left, db.Len())
	return nil
}

func readExport(path string) (export, error) {
	f, err := os.Open(path)
	if err != nil {
		return export{}, fmt.Errorf("open export: %w", err)
	}
	defer f.Close()
	e, err := parse(f)
	if err != nil {
		return export{}, fmt.Errorf("read %s: %w", path, err)
	}
	return e, nil
}

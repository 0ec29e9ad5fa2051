package main

import (
	"errors"
	"fmt"
	"io"
	"net/netip"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"go4.org/netipx"
)

// compile writes the ranges of all exports to w as one database, and
// says how many networks were left out, whatever the exports say of them:
// reserved ones, which belong to nobody, and those that embed an IPv4 address
// (6to4, Teredo), where the country of that address counts.
func compile(w io.Writer, exports ...export) (left int, err error) {
	tree, err := mmdbwriter.New(options(exports))
	if err != nil {
		return 0, err
	}
	for _, e := range exports {
		for _, r := range e.ranges {
			n, err := insert(tree, r)
			if err != nil {
				return 0, fmt.Errorf("insert %s to %s: %w", r.first, r.last, err)
			}
			left += n
		}
	}
	_, err = tree.WriteTo(w)
	return left, err
}

func options(exports []export) mmdbwriter.Options {
	generated := exports[0].generated
	for _, e := range exports {
		if e.generated.After(generated) {
			generated = e.generated
		}
	}
	return mmdbwriter.Options{
		BuildEpoch:   generated.Unix(),
		DatabaseType: "Ringfence-Country",
		Description: map[string]string{
			"en": "Countries of the IPFire Location database, CC BY-SA 4.0, https://location.ipfire.org/",
		},
		IPVersion:  6,
		Languages:  []string{},
		RecordSize: 24, // the smallest; the writer refuses when it does not fit
	}
}

// insert puts the networks that make up r into the tree. Neighbours of the same
// country become one network there.
func insert(tree *mmdbwriter.Tree, r addrRange) (left int, err error) {
	record := mmdbtype.Map{
		"country": mmdbtype.Map{"iso_code": mmdbtype.String(r.country)},
	}
	var reserved *mmdbwriter.ReservedNetworkError
	var aliased *mmdbwriter.AliasedNetworkError
	for _, p := range networks(r) {
		err := tree.Insert(netipx.PrefixIPNet(p), record)
		switch {
		case errors.As(err, &reserved), errors.As(err, &aliased):
			left++
		case err != nil:
			return 0, err
		}
	}
	return left, nil
}

func networks(r addrRange) []netip.Prefix {
	return netipx.IPRangeFrom(r.first, r.last).Prefixes()
}

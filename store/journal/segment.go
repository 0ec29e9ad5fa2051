package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const (
	segmentSize = 4 << 20 // bytes; a larger entry has a segment of its own size
	maxSpares   = 4       // segments that wait to be written over

	segmentSuffix = ".log"
	spareSuffix   = ".spare"
)

// segmentName is the name of the segment that begins with an entry. Names sort
// as their numbers do.
func segmentName(first int64) string { return fmt.Sprintf("%016x%s", first, segmentSuffix) }

// segments finds the segments of a folder, by their first entries in order, and
// the spares.
func segments(dir string) (firsts []int64, spares []string, err error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), segmentSuffix); ok {
			first, err := strconv.ParseInt(name, 16, 64)
			if err != nil || segmentName(first) != f.Name() {
				return nil, nil, fmt.Errorf("%s is no segment of a journal", f.Name())
			}
			firsts = append(firsts, first)
		} else if strings.HasSuffix(f.Name(), spareSuffix) {
			spares = append(spares, f.Name())
		}
	}
	slices.Sort(firsts)
	return firsts, spares, nil
}

var zeros [64 << 10]byte

// create makes a file of zeros, all of whose blocks are on disk.
func create(path string, size int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	if err = wipe(f, 0, int64(size)); err != nil {
		_ = f.Close()
		_ = os.Remove(path) // a short segment would be taken for one
		return nil, err
	}
	return f, nil
}

// wipe writes zeros into a part of a file, durably.
func wipe(f *os.File, from, to int64) error {
	for at := from; at < to; at += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros[:min(int64(len(zeros)), to-at)], at); err != nil {
			return err
		}
	}
	return f.Sync()
}

// syncFolder makes new names durable.
func syncFolder(dir string) error {
	d, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return err
	}
	err = d.Sync()
	if closing := d.Close(); err == nil {
		err = closing
	}
	return err
}

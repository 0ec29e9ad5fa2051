package geoip

import (
	"fmt"
	"io"
	"os"
)

// maxSize bounds what a wrong path can make us read into memory. It leaves room
// for the largest databases that are sold, those with much more than countries.
const maxSize = 512 << 20

// load puts the file that info describes in use. info is older than what is
// read, so a file that is being written meanwhile differs from it next time.
// The caller holds d.mu.
func (d *Database) load(info os.FileInfo) error {
	data, err := readFile(d.path, info)
	if err != nil {
		return fmt.Errorf("read GeoIP database: %w", err)
	}
	d.seen = info
	e, err := sound(d.path, data)
	if err != nil {
		return fmt.Errorf("open GeoIP database %s: %w", d.path, err)
	}
	d.current.Store(e)
	return nil
}

func sound(name string, data []byte) (*edition, error) {
	if err := verify(data); err != nil {
		return nil, err
	}
	return newEdition(name, data)
}

// readFile reads the size that info says. The file is not mapped: one that is
// truncated in place would take the process with it (SIGBUS).
func readFile(path string, info os.FileInfo) ([]byte, error) {
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	if info.Size() > maxSize {
		return nil, fmt.Errorf("%s is larger than %d MiB", path, maxSize>>20)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return data, nil
}

func sameFile(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

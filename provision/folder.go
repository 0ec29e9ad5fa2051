package provision

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// The parts of the folder of files.
const (
	firmware    = "firmware"    // MODEL.*, such as D785.bin
	ringtones   = "ringtones"   // the id of a custom ringtone, such as ….wav
	backgrounds = "backgrounds" // pictures
)

// Folder is the files that phones may fetch beside their configuration. Nothing
// outside of it is ever read, wherever a link in it leads.
type Folder struct {
	root *os.Root

	mu     sync.Mutex // guards listed
	listed map[string]listing
}

// listing is a part of the folder as it was: what stands before the dot, in
// lower case, and the name.
type listing struct {
	changed time.Time
	names   map[string]string
}

// OpenFolder opens a folder.
func OpenFolder(dir string) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder of files: %w", err)
	}
	return &Folder{root: root, listed: map[string]listing{}}, nil
}

// Close closes the folder. A nil one is none.
func (f *Folder) Close() error {
	if f == nil {
		return nil
	}
	return f.root.Close()
}

// extraOf is the file of the folder that the path is for, "" for none: the parts
// from one of the folder's on, behind the device's MAC address or nothing.
func extraOf(parts []string) string {
	if len(parts) > 1 {
		if _, found := macIn(parts[0]); found {
			parts = parts[1:]
		}
	}
	if len(parts) > 0 && slices.Contains([]string{firmware, ringtones, backgrounds}, parts[0]) {
		return strings.Join(parts, "/")
	}
	return ""
}

// open opens a regular file, nil when there is none of that name.
func (f *Folder) open(name string) (*os.File, os.FileInfo, error) {
	if f == nil || !fs.ValidPath(name) || !f.regular(name) {
		return nil, nil, nil
	}
	file, err := f.root.Open(name)
	if err != nil {
		return nil, nil, fmt.Errorf("open a file for phones: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, info, nil
}

// regular says whether there is such a file, within the folder. A device or a
// pipe would not come to an end.
func (f *Folder) regular(name string) bool {
	info, err := f.root.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// find is the name of the file in a part of the folder that is called like this
// before its dot, "" when there is none.
func (f *Folder) find(part, stem string) string {
	if f == nil || stem == "" {
		return ""
	}
	return f.list(part)[strings.ToLower(stem)]
}

// list reads a part of the folder when it has changed.
func (f *Folder) list(part string) map[string]string {
	info, err := f.root.Stat(part)
	if err != nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if l, ok := f.listed[part]; ok && l.changed.Equal(info.ModTime()) {
		return l.names
	}
	entries, err := fs.ReadDir(f.root.FS(), part)
	if err != nil {
		return nil
	}
	names := map[string]string{}
	for _, e := range entries { // in the order of their names
		stem := strings.ToLower(strings.TrimSuffix(e.Name(), path.Ext(e.Name())))
		if _, ok := names[stem]; !ok {
			names[stem] = e.Name()
		}
	}
	f.listed[part] = listing{info.ModTime(), names}
	return names
}

// types are those of what phones fetch; all else is a stream of bytes to them.
var types = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".bmp": "image/bmp", ".gif": "image/gif",
	".wav": "audio/wav", ".mp3": "audio/mpeg", ".xml": "text/xml; charset=utf-8", ".txt": "text/plain; charset=utf-8",
}

// slowest is the line that a file is sent over whole, in bytes a second.
const slowest = 16 << 10

// serveFile writes a file, or the part of it that was asked for. It has the time
// that its size needs, and a minute more.
func serveFile(w http.ResponseWriter, r *http.Request, file *os.File, info os.FileInfo) {
	kind := types[strings.ToLower(path.Ext(info.Name()))]
	if kind == "" {
		kind = "application/octet-stream"
	}
	patience := time.Minute + time.Duration(info.Size()/slowest)*time.Second
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(patience)) // fails where there is none
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("ETag", fmt.Sprintf(`"%x-%x"`, info.Size(), info.ModTime().UnixNano()))
	http.ServeContent(w, r, "", info.ModTime(), file)
}

package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// lockFolder creates the data folder when it is missing and takes its lock,
// which the kernel gives back when the process ends, however it ends.
func lockFolder(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create the data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if err := claim(f, dir); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// claim locks the file and writes our process id into it, for whoever comes
// second.
func claim(f *os.File, dir string) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return fmt.Errorf("%s is in use by another ringfence (pid %s)", dir, holder(f))
	}
	if err != nil {
		return fmt.Errorf("lock the data folder: %w", err)
	}
	if err := f.Truncate(0); err != nil {
		return fmt.Errorf("lock the data folder: %w", err)
	}
	if _, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		return fmt.Errorf("lock the data folder: %w", err)
	}
	return nil
}

// holder reads who has the lock.
func holder(f *os.File) string {
	b, err := io.ReadAll(io.LimitReader(f, 20))
	if pid := strings.TrimSpace(string(b)); err == nil && pid != "" {
		return pid
	}
	return "unknown"
}

// createPrivate makes an empty database file that only its owner may read: it
// holds the phones' passwords. SQLite gives its side files the same mode. One that
// is there may be a copy that somebody has put back. The folder is synced, so that
// a power cut does not take the new name with it.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		if err := os.Chmod(path, 0o600); err != nil && !errors.Is(err, os.ErrPermission) { // somebody else's, which we may write
			return fmt.Errorf("keep the database private: %w", err)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return errors.Join(fmt.Errorf("create the database: %w", err), f.Close())
	}
	return errors.Join(dir.Sync(), dir.Close(), f.Close())
}

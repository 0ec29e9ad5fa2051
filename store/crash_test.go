package store

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
)

// crashFolder names the environment variable that makes this test binary a
// server that writes until it is killed.
const crashFolder = "STORE_TEST_CRASH_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashFolder); dir != "" {
		fmt.Fprintln(os.Stderr, writeUntilKilled(dir))
		os.Exit(1)
	}
	if dir := os.Getenv(crashCalls); dir != "" {
		fmt.Fprintln(os.Stderr, callUntilKilled(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeUntilKilled changes a phone of its own in each of several goroutines and
// prints what the store has acknowledged, a line each. It returns only on an
// error.
func writeUntilKilled(dir string) error {
	ctx := context.Background()
	s, err := Open(ctx, Config{Dir: dir, Book: phone.NewBook("ringfence.test", nil)})
	if err != nil {
		return err
	}
	failed := make(chan error)
	for range 8 {
		go func() {
			for {
				if err := changeAPhone(ctx, s); err != nil {
					failed <- err
				}
			}
		}()
	}
	return <-failed
}

// changeAPhone creates a phone and counts up in its notes and its binding.
func changeAPhone(ctx context.Context, s *Store) error {
	p, err := s.Phones.Create(ctx, func(refs phone.References) (*phone.Phone, error) {
		p := phone.New(acme)
		p.Model = snomD865
		return p, nil
	})
	if err != nil {
		return err
	}
	fmt.Printf("created %s 0\n", p.ID)
	for n := 1; n <= 5; n++ {
		_, err := s.Phones.Update(ctx, p.ID, func(p *phone.Phone, _ phone.References) error {
			p.Notes = strconv.Itoa(n)
			return nil
		})
		if err != nil {
			return err
		}
		fmt.Printf("noted %s %d\n", p.ID, n)
		if _, err := s.AppendBindings(ctx, fmt.Appendf(nil, "%s %d", p.ID, n)); err != nil {
			return err
		}
		fmt.Printf("bound %s %d\n", p.ID, n)
		if err := s.ConfigLoaded(ctx, time.UnixMilli(int64(n)), phone.Fetched{Phone: p.ID}); err != nil {
			return err
		}
		fmt.Printf("loaded %s %d\n", p.ID, n)
	}
	return nil
}

func TestNothingAcknowledgedIsLostWhenKilled(t *testing.T) {
	dir := t.TempDir()
	must(t)(nil, populate(t, open(t, dir)).Close())
	acknowledged := map[string]int{} // "noted ID": the highest number
	for range 5 {
		runAndKill(t, dir, acknowledged)
		verify(t, dir, acknowledged)
	}
}

// runAndKill starts the server on the folder, kills it after a random number of
// acknowledged changes, and adds all that it has acknowledged until then.
func runAndKill(t *testing.T, dir string, acknowledged map[string]int) {
	t.Helper()
	server := exec.CommandContext(t.Context(), os.Args[0])
	server.Env = append(os.Environ(), crashFolder+"="+dir)
	server.Stderr = os.Stderr
	out, err := server.StdoutPipe()
	must(t)(out, err)
	must(t)(nil, server.Start())
	lines := bufio.NewReader(out)
	for left := 1 + rand.IntN(500); ; left-- {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // what is after the last line end was not wholly told
		}
		var what, id string
		var n int
		must(t)(fmt.Sscan(line, &what, &id, &n))
		acknowledged[what+" "+id] = max(n, acknowledged[what+" "+id])
		if left == 1 {
			must(t)(nil, server.Process.Kill())
		}
	}
	if err := server.Wait(); err == nil || server.ProcessState.Exited() {
		t.Fatalf("the server was not killed: %v", err)
	}
}

// verify opens the folder and looks for everything.
func verify(t *testing.T, dir string, acknowledged map[string]int) {
	t.Helper()
	s := open(t, dir)
	bound := map[string]int{}
	must(t)(nil, s.ReplayBindings(t.Context(), func(entry []byte) error {
		var id string
		var n int
		_, err := fmt.Sscan(string(entry), &id, &n)
		bound[id] = n
		return err
	}))
	for key, want := range acknowledged {
		what, id, _ := strings.Cut(key, " ")
		p := s.Book.ByID(phone.ID(id))
		if p == nil {
			t.Errorf("phone %s is lost", id)
			continue
		}
		notes, _ := strconv.Atoi(p.Notes)
		got := map[string]int{
			"created": 0, "noted": notes, "bound": bound[id], "loaded": int(s.Record(p.ID).ConfigLoaded.UnixMilli()),
		}[what]
		if got < want {
			t.Errorf("%s: change %d is lost, %d is there", key, want, got)
		}
	}
	must(t)(nil, s.Close())
}

package store

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
)

// crashCalls names the environment variable that makes this test binary a server
// that notes calls until it is killed.
const crashCalls = "STORE_TEST_CRASH_CALLS"

// callUntilKilled runs hundreds of calls at a time and prints what the store has
// acknowledged, a line each. It returns only on an error.
func callUntilKilled(dir string) error {
	s, err := Open(context.Background(), Config{Dir: dir, Book: phone.NewBook("ringfence.test", nil)})
	if err != nil {
		return err
	}
	failed := make(chan error)
	for range 300 {
		go func() {
			for {
				if err := oneCall(s); err != nil {
					failed <- err
				}
			}
		}()
	}
	return <-failed
}

// oneCall is answered, lasts up to a tenth of a second and ends.
func oneCall(s *Store) error {
	c := &phone.CDR{Customer: acme, Started: time.Now(), Answered: time.Now(), Caller: phone.Party{Extension: alice}}
	if err := s.giveID(&c.ID); err != nil {
		return err
	}
	told := make(chan error)
	note := func(what string) error {
		s.Note(c, func(err error) { told <- err })
		err := <-told
		if err == nil {
			fmt.Printf("%s %s\n", what, c.ID)
		}
		return err
	}
	if err := note("answered"); err != nil {
		return err
	}
	<-time.After(rand.N(100 * time.Millisecond))
	c.Ended, c.TerminatedReason = time.Now(), phone.EndHangup
	return note("ended")
}

func TestEveryCallHasOneRecordWhenKilled(t *testing.T) {
	dir := t.TempDir()
	must(t)(nil, populate(t, open(t, dir)).Close())
	told := map[phone.ID]string{}        // what was acknowledged last
	records := map[phone.ID]*phone.CDR{} // as they were found first
	for range 8 {
		callAndKill(t, dir, told)
		for range rand.IntN(3) {
			startAndKill(t, dir, told)
		}
		verifyCalls(t, dir, told, records)
	}
	if len(told) < 500 {
		t.Errorf("only %d calls", len(told))
	}
}

// callAndKill kills the server after a random number of acknowledged notes.
func callAndKill(t *testing.T, dir string, told map[phone.ID]string) {
	t.Helper()
	left := 1 + rand.IntN(3000)
	runCalls(t, dir, told, func(server *exec.Cmd) {
		if left--; left == 0 {
			must(t)(nil, server.Process.Kill())
		}
	})
}

// startAndKill kills the server while it starts, or a little later.
func startAndKill(t *testing.T, dir string, told map[phone.ID]string) {
	t.Helper()
	var killed *time.Timer
	runCalls(t, dir, told, func(server *exec.Cmd) {
		if killed == nil {
			killed = time.AfterFunc(rand.N(40*time.Millisecond), func() { _ = server.Process.Kill() })
		}
	})
}

// runCalls runs the server until it is killed. step is called at its start and
// for each line.
func runCalls(t *testing.T, dir string, told map[phone.ID]string, step func(*exec.Cmd)) {
	t.Helper()
	server := exec.CommandContext(t.Context(), os.Args[0])
	server.Env = append(os.Environ(), crashCalls+"="+dir)
	server.Stderr = os.Stderr
	out, err := server.StdoutPipe()
	must(t)(out, err)
	must(t)(nil, server.Start())
	step(server)
	for lines := bufio.NewReader(out); ; step(server) {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // what is after the last line end was not wholly told
		}
		what, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		told[phone.ID(id)] = what
	}
	if err := server.Wait(); err == nil || server.ProcessState.Exited() {
		t.Fatalf("the server was not killed: %v", err)
	}
}

// verifyCalls opens the folder and looks for all calls. What was a record before
// is the same now.
func verifyCalls(t *testing.T, dir string, told map[phone.ID]string, records map[phone.ID]*phone.CDR) {
	t.Helper()
	s := open(t, dir)
	list, _, err := s.ListCDRs(t.Context(), phone.CDRQuery{})
	must(t)(nil, err)
	found := map[phone.ID]bool{}
	for _, c := range list {
		if found[c.ID] {
			t.Errorf("call %s has two records", c.ID)
		}
		found[c.ID] = true
		if was := records[c.ID]; was != nil {
			equal(t, "record", c, was)
		}
		records[c.ID] = c
	}
	for id, what := range told {
		switch c := records[id]; {
		case !found[id]:
			t.Errorf("call %s, %s, has no record", id, what)
		case what == "ended" && c.TerminatedReason != phone.EndHangup:
			t.Errorf("call %s, which has ended: %s", id, c.TerminatedReason)
		case c.TerminatedReason == phone.EndInterrupted && (c.Ended.Before(c.Answered) || c.TerminatedBy != phone.EndedBySystem):
			t.Errorf("call %s: %+v", id, c)
		}
	}
	must(t)(nil, s.Close())
}

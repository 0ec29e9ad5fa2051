package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// tortureMessages are those of testdata/rfc4475 and rfc5118, by name.
func tortureMessages(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/rfc*/*.dat")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		found[strings.TrimSuffix(filepath.Base(f), ".dat")] = string(b)
	}
	return found
}

func TestEveryTortureIsJudged(t *testing.T) {
	files := tortureMessages(t)
	for _, row := range torments {
		if _, ok := files[row.name]; !ok {
			t.Errorf("%s: no such file, or a second row", row.name)
		}
		if row.why == "" || (row.stranger == 401) != (row.by != "") {
			t.Errorf("%s: says neither who signs it nor why", row.name)
		}
		delete(files, row.name)
	}
	for name := range files {
		t.Errorf("%s: no row says what is expected", name)
	}
}

// The whole server, as a stranger and as a phone, over both transports and
// address families. Every message is followed by good requests, which must be
// answered once each.
func TestTorture(t *testing.T) {
	for _, at := range []string{"udp://127.0.0.1:0", "tcp://127.0.0.1:0", "udp://[::1]:0", "tcp://[::1]:0"} {
		t.Run(at, func(t *testing.T) {
			network, _, _ := strings.Cut(at, ":")
			dir := t.TempDir()
			passwords := tortureHouse(t, dir)
			r := start(t, dir, func(c *Config) { c.Domain, c.SIP = "example.com", []string{at} })
			files := tortureMessages(t)
			w := dialWire(t, network, r.sip[network])
			for _, row := range torments {
				if network == "tcp" { // a connection for each
					w = dialWire(t, network, r.sip[network])
				}
				torment{t, w, row, files[row.name], passwords}.play()
			}
			unharmed(t, r)
		})
	}
}

// torment is one message at one server.
type torment struct {
	*testing.T
	w         *wire
	row       tormentRow
	message   string
	passwords map[string]string
}

func (x torment) play() {
	if x.w.RemoteAddr().Network() == "tcp" && x.row.stream != "" {
		x.stream()
		return
	}
	got := x.ask(x.message, x.row.stranger)
	if x.row.by == "" || got == nil || got.final[0] != 401 {
		return
	}
	message := signed(x.T, x.message, got.last, x.row.by, x.passwords[x.row.by])
	got = x.ask(message, x.row.signed)
	if got == nil {
		return
	}
	if !strings.Contains(got.last, x.row.says) {
		x.Errorf("%s: %q is not in %s", x.row.name, x.row.says, got.last)
	}
	if strings.HasPrefix(message, "INVITE ") {
		x.w.send(x.T, ack(x.T, message, got.last))
	}
}

// ask sends a message and good requests after it, and checks the answers. Code 0
// is silence.
func (x torment) ask(message string, code int) *heard {
	x.Helper()
	id := fieldOf(message, "Call-ID")
	options, register := x.goods(code)
	x.w.send(x.T, message, good("OPTIONS", options), good("REGISTER", register))
	await, want := []string{options, register}, "[]"
	if code != 0 {
		await, want = append(await, id), fmt.Sprintf("[%d]", code)
	}
	got, err := x.w.listen(await...)
	if a, o, r := codes(got, id), codes(got, options), codes(got, register); a != want || o != "[200]" || r != "[401]" || err != nil {
		x.Errorf("%s: answered %s, want %s; then OPTIONS %s, REGISTER %s, %v: %s", x.row.name, a, want, o, r, err, x.row.why)
	}
	return got[id]
}

func (x torment) goods(round int) (options, register string) {
	return fmt.Sprintf("options-%s-%d", x.row.name, round), fmt.Sprintf("register-%s-%d", x.row.name, round)
}

// stream is for what a stream makes something else of.
func (x torment) stream() {
	id := fieldOf(x.message, "Call-ID")
	options, register := x.goods(0)
	switch x.row.stream {
	case closes:
		x.w.send(x.T, x.message, good("OPTIONS", options))
		got, err := x.w.listen(options)
		if a := codes(got, id); a != "[400]" || err == nil || os.IsTimeout(err) || got[options] != nil {
			x.Errorf("%s: answered %s, then OPTIONS %s, %v: want 400 and the end", x.row.name, a, codes(got, options), err)
		}
	case waits: // what comes next belongs to the message, until it is whole
		head, body, _ := strings.Cut(x.message, "\r\n\r\n")
		n, err := strconv.Atoi(fieldOf(head, "Content-Length"))
		if err != nil {
			x.Fatal(err)
		}
		inside := good("REGISTER", register)
		x.w.send(x.T, x.message, inside, strings.Repeat(" ", n-len(body)-len(inside)), good("OPTIONS", options))
		got, err := x.w.listen(id, options)
		if a := codes(got, id); a != "[401]" || codes(got, options) != "[200]" || got[register] != nil || err != nil {
			x.Errorf("%s: answered %s, REGISTER %s, OPTIONS %s, %v", x.row.name, a, codes(got, register), codes(got, options), err)
		}
	case ends:
		x.w.send(x.T, x.message, good("OPTIONS", options))
		if got, err := x.w.listen(options); err == nil || os.IsTimeout(err) {
			x.Errorf("%s: OPTIONS %s, %v: want the end", x.row.name, codes(got, options), err)
		}
	default:
		x.Errorf("%s: nobody knows %q", x.row.name, x.row.stream)
	}
}

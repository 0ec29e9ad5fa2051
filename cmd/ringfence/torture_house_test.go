package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/store"
)

// unharmed reads the server's own numbers: nothing has panicked, and what is kept
// is what the signed requests have made. Calls end when their ACK has come.
func unharmed(t *testing.T, r *running) {
	t.Helper()
	most := map[string]float64{
		"ringfence_sip_panics_total": 0, "ringfence_sip_client_transactions": 0, "ringfence_calls": 0,
		"ringfence_sip_server_transactions": 20, "ringfence_bindings": 15,
	}
	for deadline := time.Now().Add(wirePatience); ; runtime.Gosched() {
		over := exceeding(numbers(t, r), most)
		if len(over) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("more than %v: %v", most, over)
		}
	}
}

// exceeding are the numbers that are above their limit, or that are not there.
func exceeding(got, most map[string]float64) map[string]float64 {
	over := map[string]float64{}
	for name, limit := range most {
		if n, ok := got[name]; !ok || n > limit {
			over[name] = n
		}
	}
	return over
}

// numbers are those of /metrics that have no labels.
func numbers(t *testing.T, r *running) map[string]float64 {
	t.Helper()
	res, err := http.Get("http://" + r.http.String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for line := range strings.Lines(string(b)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if n, err := strconv.ParseFloat(value, 64); err == nil {
			got[name] = n
		}
	}
	return got
}

// tortureHouse makes a folder with the phones of the messages and gives their
// passwords. No API gives a phone its username or an extension a word for a
// number; the store does not mind.
func tortureHouse(t *testing.T, dir string) map[string]string {
	t.Helper()
	r := start(t, dir, func(c *Config) { c.Domain = "example.com" })
	o := newOffice(t, r)
	users := []string{"user", "j.user", "watson", "absent"}
	var phones, extensions []phone.ID
	for i := range users {
		_, made := o.phone(fmt.Sprint(200+i), fmt.Sprintf("00041300000%d", i), "127.0.0.1", nil)
		phones = append(phones, phone.ID(made.text("_id")))
		extensions = append(extensions, phone.ID(made.text("extension")))
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), store.Config{Dir: dir, Book: phone.NewBook("example.com", []int{1, 2})})
	if err != nil {
		t.Fatal(err)
	}
	passwords := map[string]string{}
	for i, id := range phones {
		p, err := s.Phones.Update(t.Context(), id, func(p *phone.Phone, _ phone.References) error {
			p.Username = users[i]
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		passwords[p.Username] = p.Password
	}
	if _, err := s.Extensions.Update(t.Context(), extensions[3], func(e *phone.Extension, _ phone.References) error {
		e.Number = "user" // whom the INVITEs are for, and who is not there
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return passwords
}

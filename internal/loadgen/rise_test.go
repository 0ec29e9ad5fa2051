package main

import (
	"crypto/md5"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Each phone that got its configuration registers once, from the address that it
// fetched from and with its own password; one that did not get it stays silent.
func TestPhonesRegisterAsTheyAwake(t *testing.T) {
	const phones, refused, banned = 8, 3, 5
	var mu sync.Mutex // guards both
	fetched, registered := map[string]bool{}, map[string]int{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "D785.htm") || strings.Contains(r.URL.Path, string(macOf(refused))) {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		fetched[netip.MustParseAddrPort(r.RemoteAddr).Addr().String()] = true
	}))
	defer web.Close()
	accounts := make([]account, phones)
	for i := range accounts {
		accounts[i] = account{user: fmt.Sprint("user", i), password: fmt.Sprint("secret", i)}
	}
	sip := registrarThatSees(t, func(_ int, from netip.Addr, message string) string {
		if !strings.Contains(message, "\r\nAuthorization: ") {
			return "401 Unauthorized"
		}
		mu.Lock()
		defer mu.Unlock()
		n, _ := numbered(ofPhones, from)
		if !fetched[from.String()] || !strings.Contains(message, responseOf(accounts[n])) {
			t.Errorf("%s, without a configuration or with another password: %s", from, message)
		}
		if n == banned {
			return "403 Forbidden"
		}
		registered[from.String()]++
		return "200 OK"
	})
	m := sunrise{place: place{prov: strings.TrimPrefix(web.URL, "http://"), sip: sip}, phones: phones, over: 80 * time.Millisecond, label: "morning"}
	got, err := m.rise(t.Context(), accounts, process{})
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	want := map[string]int{}
	for i := range phones {
		if i != refused && i != banned {
			want[address(ofPhones, i).String()] = 1
		}
	}
	if !maps.Equal(registered, want) {
		t.Errorf("%v have registered, want %v", slices.Sorted(maps.Keys(registered)), slices.Sorted(maps.Keys(want)))
	}
	if got.fetched.Done != 7 || got.registered.Done != 6 || got.registered.P99 <= 0 || got.registered.Rate <= 0 {
		t.Errorf("got %s", got)
	}
	if got, want := fmt.Sprint(got.verdict()), "of the configurations failed: 1 with 404; of the registrations failed: 1 with 403"; got != want {
		t.Errorf("verdict: %s, want: %s", got, want)
	}
}

// responseOf is the proof of an account's first request after the challenge of
// registrarThat: RFC 7616 section 3.4.1.
func responseOf(a account) string {
	hash := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	return fmt.Sprintf("response=%q", hash(hash(a.user+":127.0.0.1:"+a.password)+":n:00000001:loadgen:auth:"+hash("REGISTER:sip:127.0.0.1")))
}

// A morning on which all went well is no error, and is told in one line.
func TestMorningIsOneLine(t *testing.T) {
	got := risen{
		fetched:    row{Label: "morning", What: "configurations", Done: 3, Rate: 1, P50: time.Millisecond, P99: 2 * time.Millisecond, Why: "none failed", CPU: time.Second, RSS: 1 << 20, PSS: 1 << 20},
		registered: row{Label: "other", What: "registrations", Done: 2, Rate: 4, P50: 3 * time.Millisecond, P99: 4 * time.Millisecond, Retransmitted: 5, Why: "none failed"},
	}
	const want = "morning: 3 configurations, 1/s, p50 1.00 ms, p99 2.00 ms, 0 retransmissions, none failed; " +
		"2 registrations, 4/s, p50 3.00 ms, p99 4.00 ms, 5 retransmissions, none failed; processor 1.0000 s/1000, RSS 1.0 MiB, PSS 1.0 MiB"
	if got.String() != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if err := got.verdict(); err != nil {
		t.Error(err)
	}
}

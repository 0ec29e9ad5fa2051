package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// A phone comes from its own address, asks for its model's file and then, on the
// same connection, for its own.
func TestAPhoneIsSwitchedOn(t *testing.T) {
	var asked, from []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, from = append(asked, r.URL.Path), append(from, r.RemoteAddr)
		if !strings.Contains(r.UserAgent(), "000413000103") || !strings.HasPrefix(r.RemoteAddr, "127.16.1.3:") {
			t.Errorf("%s came from %s", r.UserAgent(), r.RemoteAddr)
		}
		if strings.HasSuffix(r.URL.Path, "D785.htm") {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	m := sunrise{place: place{prov: strings.TrimPrefix(server.URL, "http://")}}
	if status := m.boot(t.Context(), 0x103); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	if want := []string{"/snomD785.htm", "/snomD785-000413000103.htm"}; !slices.Equal(asked, want) || from[0] != from[1] {
		t.Errorf("asked for %v from %v", asked, from)
	}
	server.Close()
	if status := m.boot(t.Context(), 0x103); status != http.StatusRequestTimeout {
		t.Errorf("nobody answers with %d", status)
	}
}

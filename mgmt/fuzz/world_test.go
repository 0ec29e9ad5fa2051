// Package fuzz sends the API what strangers might. It stands apart from the other
// tests of mgmt, since fuzzing builds all that its package imports anew, and they
// import a validator that takes minutes.
package fuzz_test

import (
	"crypto/rand"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ringfence/internal/feed"
	"ringfence/mgmt"
	"ringfence/phone"
	"ringfence/store"
)

const token = "the admin token"

// world is the API over a real store, with one customer.
type world struct {
	api      *mgmt.Server
	customer phone.ID
}

func newWorld(f *testing.F) *world {
	book := phone.NewBook("ringfence.test", []int{1, 2})
	s, err := store.Open(f.Context(), store.Config{Dir: f.TempDir(), Book: book})
	if err != nil {
		f.Fatal(err)
	}
	api := mgmt.New(mgmt.Config{
		Phones: s.Phones, Models: s.Models, Extensions: s.Extensions,
		Groups: s.Groups, Queues: s.Queues, Switches: s.Switches, Trunks: s.Trunks,
		Settings: s.Settings, Products: s.Products, Customers: s.Customers,
		Employees: s.Employees, Sessions: s, CDRs: s, Audit: s,
		Book: book, Status: func(phone.ID) phone.Status { return phone.Status{Expires: -1} }, Feed: feed.New(16),
		AdminToken: token, Now: time.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	f.Cleanup(func() {
		api.Close()
		if err := s.Close(); err != nil {
			f.Error(err)
		}
	})
	acme, err := s.Customers.Create(f.Context(), func(phone.References) (*phone.Customer, error) {
		return &phone.Customer{ID: "c00000000000000000000002", Name: "Acme", State: phone.CustomerActive}, nil
	})
	if err != nil {
		f.Fatal(err)
	}
	return &world{api: api, customer: acme.ID}
}

func (w *world) do(method, path, body string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+token)
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, req)
	return rec
}

package simphone

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestFetchAsksLikeThePhoneItPlays(t *testing.T) {
	const genericFile = "username = u\nserver = 127.0.0.1:5060\n"
	tests := []struct {
		name, model, mac  string
		path, agent, file string
		user              string
	}{
		{
			name: "Snom", model: "D785", mac: "00:04:13:92:2D:24",
			path: "/prov/snomD785-000413922D24.htm",
			agent: "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 2010.12-00004-g9ba52f5 " +
				"000413922D24 SXM:0 UXM:0)",
			file: snomFile, user: "k3v9",
		},
		{
			name: "Snom, with its brand before the model", model: "snom370", mac: "000413922d24",
			path: "/prov/snom370-000413922D24.htm",
			agent: "Mozilla/4.0 (compatible; snom370-SIP 10.1.33.33 2010.12-00004-g9ba52f5 " +
				"000413922D24 SXM:0 UXM:0)",
			file: snomFile, user: "k3v9",
		},
		{
			name: "generic", mac: "02-00-00-AA-BB-CC",
			path: "/prov/020000aabbcc.cfg", agent: "simphone/1.0",
			file: genericFile, user: "u",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var path, agent string
			url := serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
				path, agent = r.URL.Path, r.UserAgent()
				if _, err := w.Write([]byte(tt.file)); err != nil {
					t.Error(err)
				}
			})
			p := newPhone(t, Config{Model: tt.model, MAC: tt.mac})
			s, err := p.Fetch(t.Context(), url+"/prov/")
			if err != nil {
				t.Fatal(err)
			}
			if path != tt.path || agent != tt.agent {
				t.Errorf("asked for %s as %q\nwant %s as %q", path, agent, tt.path, tt.agent)
			}
			if s.Username != tt.user || p.Settings() != s {
				t.Errorf("got %v, uses %v, want user %s", s, p.Settings(), tt.user)
			}
		})
	}
}

func TestFetchKeepsTheOldSettingsWhenRefused(t *testing.T) {
	url := serveHTTP(t, http.NotFound)
	p := newPhone(t, Config{MAC: "020000aabbcc"})
	old := Settings{Username: "old", Domain: "d"}
	p.Use(old)
	_, err := p.Fetch(t.Context(), url)
	var refused *FetchError
	if !errors.As(err, &refused) || refused.Status != http.StatusNotFound {
		t.Errorf("error is %v, want a FetchError of 404", err)
	}
	if p.Settings() != old {
		t.Errorf("uses %v, want %v", p.Settings(), old)
	}
}

func TestNewRefusesAWrongConfig(t *testing.T) {
	tests := []struct {
		name   string
		config Config
		want   error
	}{
		{"a MAC too short", Config{MAC: "00:04:13"}, ErrMAC},
		{"a MAC with other letters", Config{MAC: "0004139220zz"}, ErrMAC},
		{"a network that is not spoken", Config{Network: "sctp"}, ErrNetwork},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := New(tt.config); !errors.Is(err, tt.want) {
				t.Errorf("error is %v, want %v", err, tt.want)
			}
		})
	}
}

func serveHTTP(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// newPhone opens a phone that is closed with the test.
func newPhone(t *testing.T, c Config) *Phone {
	t.Helper()
	p, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/alecthomas/kong"
)

// What is written in the file means what it would in a flag.
func TestAFileIsReadAsItIsWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.yaml")
	text := `
admin-token: 0123
voicemail-number: 0700 # no octal number
redirect-snom-user: 5
redirect-snom-password: 12345
domain: 'pbx.example'
keepalive: 0
cdr-days: 30
api-rate: 0.5
webhook-private: yes
ntp: ~
audit-days: ~
prov-canaries: [000413000001, 00-04-13-00-00-02]
clusters: 2
sip:
  - udp://127.0.0.1:5060
  - "tcp://127.0.0.1:5060"
md5-agents: [ "one, with a comma", two ]
geoip-private: |-
  DK
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var cli commands
	parser, err := kong.New(&cli)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"serve", "--config", file}); err != nil {
		t.Fatal(err)
	}
	c := cli.Serve.Config
	for what, pair := range map[string][2]any{
		"a token of digits":     {c.AdminToken, "0123"},
		"a number to call":      {c.VoicemailNumber, "0700"},
		"a password of digits":  {string(c.Redirect.SnomPassword), "12345"},
		"a quoted text":         {c.Domain, "pbx.example"},
		"no duration":           {int(c.Keepalive), 0},
		"a number":              {c.CDRDays, 30},
		"a fraction":            {c.APIRate, 0.5},
		"a switch":              {c.WebhookPrivate, true},
		"null":                  {c.NTP, ""},
		"null for a number":     {c.AuditDays, 400},
		"a list":                {c.ProvCanaries, []string{"000413000001", "00-04-13-00-00-02"}},
		"a list of one":         {c.Clusters, []int{2}},
		"a list in lines":       {c.SIP, []string{"udp://127.0.0.1:5060", "tcp://127.0.0.1:5060"}},
		"a comma within a text": {c.MD5Agents, []string{"one, with a comma", "two"}},
		"a block":               {c.GeoIPPrivate, "DK"},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s: got %#v, want %#v", what, pair[0], pair[1])
		}
	}
}

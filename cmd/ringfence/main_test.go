package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

func TestWrongUseIsOneClearLine(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := func(text string) string {
		name := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	broken := file("this is not a database")
	free := []string{"serve", "--data", t.TempDir(), "--sip", "udp://127.0.0.1:0", "--http", "127.0.0.1:0", "--prov", "127.0.0.1:0"}
	with := func(more ...string) []string { return append(append([]string(nil), free...), more...) }
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"an unknown command":              {[]string{"swerve"}, exitUsage, "swerve"},
		"an unknown flag":                 {with("--dta", "x"), exitUsage, "--dta"},
		"a listener that is none":         {with("--sip", "5060"), exitUsage, "--sip"},
		"a transport that is none":        {with("--sip", "sctp://127.0.0.1:0"), exitUsage, "sctp://127.0.0.1:0"},
		"TLS without a certificate":       {with("--sip", "tls://127.0.0.1:0"), exitUsage, "--tls-cert"},
		"wss without a certificate":       {with("--sip", "wss://127.0.0.1:0"), exitUsage, "--tls-cert"},
		"a certificate that is missing":   {with("--sip", "tls://127.0.0.1:0", "--tls-cert", "/nonexistent.pem", "--tls-key", "/nonexistent.key"), exitFailure, "/nonexistent.pem"},
		"a page for a phone's origin":     {with("--ws-origins", "https://a.example/page"), exitUsage, "https://a.example/page"},
		"ports that are none":             {with("--rtp-ports", "9-x"), exitUsage, "--rtp-ports"},
		"a cluster that is none":          {with("--clusters", "3"), exitUsage, "--clusters"},
		"a digest that is none":           {with("--digest", "MD4"), exitUsage, "--digest"},
		"expiries that cross":             {with("--min-expires", "2h", "--max-expires", "1h"), exitUsage, "--min-expires"},
		"keepalives too often":            {with("--keepalive", "4s"), exitUsage, "--keepalive"},
		"keepalives too seldom":           {with("--keepalive", "121s"), exitUsage, "--keepalive"},
		"a rate below nothing":            {with("--api-rate=-1"), exitUsage, "--api-rate"},
		"a rate that is no number":        {with("--api-rate=NaN"), exitUsage, "--api-rate"},
		"a rate that nothing fits":        {with("--api-burst", "0"), exitUsage, "--api-burst"},
		"every origin":                    {with("--cors-origins", "*"), exitUsage, "--cors-origins"},
		"a page for an origin":            {with("--cors-origins", "https://a.example,https://b.example/page"), exitUsage, "https://b.example/page"},
		"a country that is none":          {with("--geoip-private", "Denmark"), exitUsage, "--geoip-private"},
		"a GeoIP file that is missing":    {with("--geoip", "/nonexistent.mmdb"), exitFailure, "/nonexistent.mmdb"},
		"a GeoIP file that is broken":     {with("--geoip", broken), exitFailure, "--geoip"},
		"a port that is taken":            {with("--http", taken.Addr().String()), exitFailure, "address already in use"},
		"a folder that cannot be made":    {with("--data", filepath.Join(broken, "data")), exitFailure, "--data"},
		"a WebSocket that is none":        {with("--webrtc-url", "sip.example"), exitUsage, "--webrtc-url"},
		"a key without its certificate":   {with("--tls-key", "k.pem"), exitUsage, "--tls-cert"},
		"a provisioning URL that is none": {with("--prov-url", "prov.example"), exitUsage, "--prov-url"},
		"provisioning by TLS alone":       {with("--prov-tls", "127.0.0.1:0"), exitUsage, "--prov-tls"},
		"TFTP that leads nowhere":         {with("--prov-tftp", "127.0.0.1:0"), exitUsage, "--prov-url"},
		"a canary that is none":           {with("--prov-canaries", "0004130000"), exitUsage, "0004130000"},
		"makers that are missing":         {with("--prov-client-ca", "/nonexistent.pem"), exitFailure, "/nonexistent.pem"},
		"makers that are none":            {with("--prov-client-ca", broken), exitFailure, "--prov-client-ca"},
		"files that are missing":          {with("--prov-files", "/nonexistent"), exitFailure, "/nonexistent"},
		"voicemail by name":               {with("--voicemail-number", "mailbox"), exitUsage, "--voicemail-number"},
		"https without a certificate":     {with("--http", "https://127.0.0.1:0"), exitUsage, "--tls-cert"},
		"a config file that is missing":   {with("--config", "/nonexistent.yaml"), exitUsage, "/nonexistent.yaml"},
		"a config file that is no YAML":   {with("--config", file("data: [")), exitUsage, "--config"},
		"a setting that is misspelled":    {with("--config", file("dta: x")), exitUsage, `"dta"`},
		"call records of negative days":   {with("--cdr-days=-1"), exitUsage, "--cdr-days"},
		"an audit log of negative days":   {with("--audit-days=-1"), exitUsage, "--audit-days"},
		"half an account at a maker's":    {with("--redirect-snom-user", "acme"), exitUsage, "--redirect-snom"},
		"a password that is not there":    {with("--redirect-snom-password", "@/nonexistent"), exitUsage, "/nonexistent"},
		"a setting that cannot be meant":  {with("--config", file("max-expires: soon")), exitUsage, "max-expires"},
		"a duration without a unit":       {with("--config", file("stop-timeout: 10")), exitUsage, "stop-timeout"},
		"a part of a day":                 {with("--config", file("cdr-days: 30.5")), exitUsage, "cdr-days"},
		"a setting in parts":              {with("--config", file("data: {folder: x}")), exitUsage, "data"},
		"help in the file":                {with("--config", file("help: true")), exitUsage, `"help"`},
		"no API":                          {with("--http", ""), exitUsage, "--http"},
		"an API without a port":           {with("--http", "127.0.0.1"), exitUsage, "--http"},
		"an API at a port that is none":   {with("--http", "127.0.0.1:80800"), exitUsage, "--http"},
		"no provisioning":                 {with("--prov", ""), exitUsage, "--prov"},
		"provisioning without a port":     {with("--prov", "127.0.0.1:"), exitUsage, "--prov"},
		"nobody is served":                {with("--clusters", ""), exitUsage, "--clusters"},
		"no way to prove a password":      {with("--digest", ""), exitUsage, "--digest"},
		"calls that do not ring":          {with("--ring-timeout", "0"), exitUsage, "--ring-timeout"},
		"a stop before it begins":         {with("--stop-timeout=-1s"), exitUsage, "--stop-timeout"},
		"several that are wrong":          {with("--clusters", "3", "--api-burst", "0"), exitUsage, "--api-burst"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // should it start after all
			defer cancel()
			var out, errs strings.Builder
			status := realMain(ctx, c.args, &out, &errs)
			line := strings.TrimSuffix(errs.String(), "\n")
			if status != c.status || !strings.Contains(line, c.says) || strings.Contains(line, "\n") {
				t.Errorf("status %d, said %q and printed %q; want %d and one line with %q", status, errs.String(), out.String(), c.status, c.says)
			}
		})
	}
}

func TestHelpNamesEveryFlagAndItsVariable(t *testing.T) {
	var out strings.Builder
	if status := realMain(t.Context(), []string{"serve", "--help"}, &out, t.Output()); status != exitOK {
		t.Fatalf("status %d", status)
	}
	for _, name := range []string{
		"data", "sip", "domain", "external-ip", "rtp-ports", "http", "prov", "prov-url", "webrtc-url", "tls-cert", "tls-key", "ws-origins", "geoip", "geoip-private",
		"clusters", "admin-token", "trusted-proxies", "min-expires", "max-expires", "default-expires", "keepalive", "log-level",
		"cors-origins", "api-rate", "api-burst", "media", "webhook-private", "cdr-days", "audit-days", "log-format",
		"redirect-snom-url", "redirect-yealink-user", "redirect-grandstream-password", "redirect-gigaset-provider", "redirect-checks",
	} {
		env := "RINGFENCE_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		if !strings.Contains(out.String(), "--"+name) || !strings.Contains(out.String(), env) {
			t.Errorf("--%s or %s is missing", name, env)
		}
	}
}

func TestPrecedenceOfSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte("domain: file.example\nhttp: 127.0.0.1:1\nprov: 127.0.0.1:2\nmax-expires: 5000s\nclusters: [2]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("RINGFENCE_HTTP", "127.0.0.1:3")
	t.Setenv("RINGFENCE_PROV", "127.0.0.1:4")
	t.Setenv("RINGFENCE_CONFIG", file)
	var cli commands
	parser, err := kong.New(&cli)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"serve", "--prov", "127.0.0.1:5"}); err != nil {
		t.Fatal(err)
	}
	c := cli.Serve.Config
	for what, pair := range map[string][2]string{
		"the flag wins over all":                 {c.Prov, "127.0.0.1:5"},
		"the environment wins over the file":     {c.HTTP, "127.0.0.1:3"},
		"the file wins over the default":         {c.Domain, "file.example"},
		"the default is what nobody set":         {c.Data, "./data"},
		"a duration in the file":                 {c.MaxExpires.String(), (5000 * time.Second).String()},
		"a range that nobody set is the default": {c.RTPPorts.String(), "30000-39999"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %s, want %s", what, pair[0], pair[1])
		}
	}
	if len(c.Clusters) != 1 || c.Clusters[0] != 2 {
		t.Errorf("clusters %v", c.Clusters)
	}
}

package simphone

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

const snomFile = `<?xml version="1.0" encoding="utf-8"?>
<settings>
  <phone-settings e="2">
    <user_active idx="1" perm="">on</user_active>
    <user_name idx="1" perm="R">k3v9</user_name>
    <user_pname idx="1" perm="R">k3v9-auth</user_pname>
    <user_pass idx="1" perm="R">p&amp;ss</user_pass>
    <user_host idx="1" perm="R">ringfence.local</user_host>
    <user_outbound idx="1" perm="R">127.0.0.1:5062;transport=tcp</user_outbound>
    <user_realname idx="1" perm="R">Anna "Ann" Ørsted</user_realname>
    <user_idle_number idx="1" perm="R">101</user_idle_number>
    <user_expiry idx="1" perm="R"> 600 </user_expiry>
    <user_name idx="2" perm="R">somebody</user_name>
    <language perm="">Dansk</language>
  </phone-settings>
  <functionKeys>
    <user_name idx="1">not here</user_name>
  </functionKeys>
</settings>
`

func TestParseSnom(t *testing.T) {
	tests := []struct {
		name, file string
		want       Settings
		wrong      error
	}{
		{name: "the first identity of a whole file", file: snomFile, want: Settings{
			Username: "k3v9", AuthName: "k3v9-auth", Password: "p&ss", Domain: "ringfence.local",
			DisplayName: `Anna "Ann" Ørsted`, Extension: "101",
			Server: "127.0.0.1:5062", Transport: "tcp", Expires: 10 * time.Minute,
		}},
		{name: "of two values the later one",
			file: snomSettings(`<user_name>a</user_name><user_name>b</user_name><user_host>h</user_host>`),
			want: Settings{Username: "b", Domain: "h"}},
		{name: "an outbound proxy without transport, and no domain",
			file: snomSettings(`<user_name>a</user_name><user_outbound>192.0.2.1:5070</user_outbound>`),
			want: Settings{Username: "a", Domain: "192.0.2.1", Server: "192.0.2.1:5070"}},
		{name: "a lifetime that is no number counts as none",
			file: snomSettings(`<user_name>a</user_name><user_host>h</user_host>` +
				`<user_expiry>1h</user_expiry>`),
			want: Settings{Username: "a", Domain: "h"}},
		{name: "no user name", file: snomSettings(`<user_host>h</user_host>`), wrong: ErrIncomplete},
		{name: "no host at all", file: snomSettings(`<user_name>a</user_name>`), wrong: ErrIncomplete},
		{name: "more than a mebibyte", file: strings.Repeat(" ", maxDocument+1), wrong: ErrTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseSnom(strings.NewReader(tt.file))
			if !errors.Is(err, tt.wrong) {
				t.Fatalf("error is %v, want %v", err, tt.wrong)
			}
			if got != tt.want {
				t.Errorf("got  %#v\nwant %#v", got, tt.want)
			}
		})
	}
}

func snomSettings(inner string) string {
	return "<settings><phone-settings>" + inner + "</phone-settings></settings>"
}

func TestParseSnomRefusesWhatIsNotXML(t *testing.T) {
	for _, file := range []string{"<settings><phone-settings>", "<settings></phone>", "<a b>"} {
		if s, err := ParseSnom(strings.NewReader(file)); err == nil || s != (Settings{}) {
			t.Errorf("%s: got %v, %v", file, s, err)
		}
	}
}

func TestParseGeneric(t *testing.T) {
	whole := "# Ringfence\r\n\r\nusername = k3v9\r\nauth_name=k3\r\npassword = a = b\r\n" +
		"domain = ringfence.local\r\nserver = [::1]:5062\r\ntransport = UDP\r\n; a remark\r\n" +
		"expires = 120\r\ndisplay_name = Anna Ørsted\r\nextension = 101\r\ncolour = red\r\n"
	tests := []struct {
		name, file string
		want       Settings
		wrong      string
	}{
		{name: "every key, remarks and unknown ones", file: whole, want: Settings{
			Username: "k3v9", AuthName: "k3", Password: "a = b", Domain: "ringfence.local",
			DisplayName: "Anna Ørsted", Extension: "101",
			Server: "[::1]:5062", Transport: "udp", Expires: 2 * time.Minute,
		}},
		{name: "the first of two identities",
			file: "line = 1\nusername = a\ndomain = h\nline = 2\nusername = b\ndomain = i\n",
			want: Settings{Username: "a", Domain: "h"}},
		{name: "the domain comes from the server", file: "username = a\nserver = pbx.example:5070\n",
			want: Settings{Username: "a", Domain: "pbx.example", Server: "pbx.example:5070"}},
		{name: "a line that is no setting", file: "username = a\n<html>\n",
			wrong: "parse configuration: line 2 is not key = value"},
		{name: "nothing", file: "", wrong: ErrIncomplete.Error()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseGeneric(strings.NewReader(tt.file))
			if text := errorText(err); text != tt.wrong {
				t.Fatalf("error is %q, want %q", text, tt.wrong)
			}
			if got != tt.want {
				t.Errorf("got  %#v\nwant %#v", got, tt.want)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestPasswordStaysOutOfLogs(t *testing.T) {
	s := Settings{Username: "u", Password: "hidden", Domain: "d"}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("settings", "settings", s)
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%+v", s), log.String()} {
		if strings.Contains(text, "hidden") || !strings.Contains(text, "u@d") {
			t.Errorf("password, or no identity, in %s", text)
		}
	}
	if !json.Valid([]byte(log.String())) {
		t.Errorf("log is not JSON: %s", log.String())
	}
}

package phone

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestWhatAChangeEnds(t *testing.T) {
	now := time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)
	with := func(username, password string, old ...OldCredentials) *Phone {
		return &Phone{ID: "1", Username: username, Password: password, Old: old}
	}
	before := with("desk", "new", OldCredentials{Username: "desk", Password: "old"}, OldCredentials{Username: "first", Password: "oldest"})
	for name, c := range map[string]struct {
		before, after *Phone
		want          []string
	}{
		"a new phone":                   {nil, before, nil},
		"nothing of them":               {before, before, nil},
		"the phone is deleted":          {before, nil, []string{"desk:new", "desk:old", "first:oldest"}},
		"all are renewed":               {before, with("x", "y"), []string{"desk:new", "desk:old", "first:oldest"}},
		"the own ones become old ones":  {before, with("x", "y", OldCredentials{Username: "desk", Password: "new"}), []string{"desk:old", "first:oldest"}},
		"the phone has its own by now":  {before, with("desk", "new"), []string{"desk:old", "first:oldest"}},
		"an old pair is the own again":  {before, with("first", "oldest"), []string{"desk:new", "desk:old"}},
		"the password alone is another": {with("desk", "a"), with("desk", "b"), []string{"desk:a"}},
		"the username alone is another": {with("a", "secret"), with("b", "secret"), []string{"a:secret"}},
	} {
		t.Run(name, func(t *testing.T) {
			ended := Change{Before: c.before, After: c.after}.Ended("example.net", now)
			var want []Former
			for _, pair := range c.want {
				var username, password string
				for i := range pair {
					if pair[i] == ':' {
						username, password = pair[:i], pair[i+1:]
					}
				}
				want = append(want, Former{"1", username, NewHA1(username, "example.net", password), now})
			}
			if !slices.Equal(ended, want) {
				t.Errorf("got %v, want %v", ended, want)
			}
		})
	}
}

func TestTheBookKnowsFormerCredentials(t *testing.T) {
	b := NewBook("example.net", []int{Production})
	former := func(id ID, username string, minute int) Former {
		return Former{Phone: id, Username: username, HA1: NewHA1(username, "example.net", fmt.Sprint(id, minute)), Ended: time.Unix(int64(minute)*60, 0)}
	}
	find := func(username string) (found []string) {
		for _, f := range b.Former(username) {
			found = append(found, fmt.Sprintf("%s %d", f.Phone, f.Ended.Unix()/60))
		}
		return found
	}
	for i, step := range []struct {
		id   ID
		list []Former
		desk []string
	}{
		{"1", []Former{former("1", "desk", 3), former("1", "other", 2), former("1", "desk", 1)}, []string{"1 3", "1 1"}},
		{"2", []Former{former("2", "desk", 2)}, []string{"1 3", "2 2", "1 1"}},
		{"3", []Former{former("3", "desk", 4)}, []string{"3 4", "1 3", "2 2"}}, // of one username, the newest
		{"3", nil, []string{"1 3", "2 2", "1 1"}},
		{"1", []Former{former("1", "desk", 5)}, []string{"1 5", "2 2"}},
		{"1", nil, []string{"2 2"}},
		{"2", nil, nil},
	} {
		b.PutFormer(step.id, step.list)
		if got := find("desk"); !slices.Equal(got, step.desk) {
			t.Errorf("step %d: found %q, want %q", i, got, step.desk)
		}
	}
	if len(b.formers.byPhone)+len(b.formers.byUsername) != 0 {
		t.Errorf("left: %v, %v", b.formers.byPhone, b.formers.byUsername)
	}
}

func TestAnHA1CanBeKept(t *testing.T) {
	h := NewHA1("desk", "example.net", "secret")
	md5, sha256 := h.Sums()
	if again, err := HA1Of(md5, sha256); err != nil || again != h {
		t.Errorf("got %v, %v", again, err)
	}
	if _, err := HA1Of(md5, sha256[1:]); err == nil {
		t.Error("a sum that is cut is taken")
	}
	if string(h.AppendMD5(nil)) != h.MD5() || string(h.AppendSHA256([]byte("x"))) != "x"+h.SHA256() {
		t.Error("what is appended is something else")
	}
}

func TestWhoseFirmwareKnowsMD5Alone(t *testing.T) {
	agents, err := MD5Agents()
	if err != nil || !slices.Contains(agents, "Linksys/SPA942") || slices.Contains(agents, "") {
		t.Errorf("got %q, %v", agents, err)
	}
	for _, modern := range []string{"snomD785/10.1", "Yealink SIP-T54W 96.86", "Mitel 6867i/6.1", "Cisco-CP-8841-3PCC/11.3", "Grandstream HT801 1.0", "N870 IP PRO"} {
		for _, beginning := range agents {
			if len(modern) >= len(beginning) && modern[:len(beginning)] == beginning {
				t.Errorf("%q begins like %q", modern, beginning)
			}
		}
	}
}

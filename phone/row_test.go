package phone

import (
	"reflect"
	"testing"
)

func TestARowIsAPatch(t *testing.T) {
	paths := []string{"notes", "ip.mode", "volume.handset.mic", "volume.handset.speaker", "codec.hdAudio", "codec.video", "sidePanel", "macAddress"}
	cells := []string{"true", "OPEN", "3", "4", "TRUE", "maybe", "", "000413AA0001"}
	want := Patch{tree: map[string]any{
		"notes": "true", "ip": map[string]any{"mode": "OPEN"},
		"volume":     map[string]any{"handset": map[string]any{"mic": "3", "speaker": "4"}},
		"codec":      map[string]any{"hdAudio": true, "video": "maybe"},
		"macAddress": "000413AA0001",
	}}
	if got := FromRow(paths, cells); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestColumnsArePathsOfProperties(t *testing.T) {
	for _, c := range []struct {
		name  string
		paths []string
		want  string
	}{
		{"properties", []string{"macAddress", "ip.mode", "purchaseInfo.date"}, ""},
		{"none", []string{"colour"}, "colour: Unknown column 'colour'"},
		{"no name", []string{""}, ": Unknown column ''"},
		{"what is assigned", []string{"username"}, "username: Unknown column 'username'"},
		{"a group", []string{"ip"}, "ip: Unknown column 'ip'"},
		{"an array", []string{"softkeys"}, "softkeys: Unknown column 'softkeys'"},
		{"one twice", []string{"notes", "notes"}, "notes: Column 'notes' stands there twice"},
	} {
		var got string
		if err := JudgeColumns(c.paths).Err(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestReasonsOfACall(t *testing.T) {
	for text, want := range map[string][]string{
		"":               nil,
		"BUSY, HANGUP":   {EndBusy, EndHangup},
		"FAILED":         {EndUnreachable, EndError, EndBlocked, EndNotFound},
		"CANCEL,FAILED,": {EndCancel, EndUnreachable, EndError, EndBlocked, EndNotFound},
	} {
		if got, ok := ParseReasons(text); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %v (%v), want %v", text, got, ok, want)
		}
	}
	if got, ok := ParseReasons("BUSY,busy"); ok {
		t.Errorf("got %v", got)
	}
}

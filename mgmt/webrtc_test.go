package mgmt_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"ringfence/phone"
)

// personal is the role whose extension the WebRTC clients of these tests have.
var personal = roles[0].employee

func TestAnImpatientWebRTCClientGetsOnePhone(t *testing.T) {
	w := newWorld(t)
	w.wants("POST", "/pbx/extension", `{"number":"200","name":"Alice","employee":"`+string(personal)+`"}`, 200, "")
	const tries = 8
	ids := make([]phone.ID, tries)
	var all sync.WaitGroup
	for i := range tries {
		all.Go(func() {
			rec := w.do("POST", "/pbx/sipphone/webrtc", "personal", `{"instanceId":"browser"}`)
			var got struct {
				ID phone.ID `json:"_id"`
			}
			if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil || rec.Code != 200 {
				t.Errorf("%d %s", rec.Code, rec.Body)
			}
			ids[i] = got.ID
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("phones %v", ids)
			break
		}
	}
}

func TestAnExtensionHasSoManyWebRTCClients(t *testing.T) {
	w := newWorld(t)
	w.wants("POST", "/pbx/extension", `{"number":"200","name":"Alice","employee":"`+string(personal)+`"}`, 200, "")
	open := func(client int) string {
		return told(w.do("POST", "/pbx/sipphone/webrtc", "personal", fmt.Sprintf(`{"instanceId":"browser-%d"}`, client)))
	}
	for client := range 20 {
		if got := open(client); got != "200" {
			t.Fatalf("client %d: %s", client, got)
		}
	}
	if got := open(20); got != "409 Extension has too many WebRTC clients" {
		t.Error("one more:", got)
	}
	if got := open(0); got != "200" {
		t.Error("one that is known:", got)
	}
}

func TestAWebRTCClientCannotCallItselfAnything(t *testing.T) {
	w := newWorld(t)
	for length, want := range map[int]string{256: "403 Access denied", 257: "422 Instance id is longer than 256 bytes"} {
		body := `{"instanceId":"` + strings.Repeat("x", length) + `"}`
		if got := told(w.do("POST", "/pbx/sipphone/webrtc", "personal", body)); got != want {
			t.Errorf("%d bytes: %s, want %s", length, got, want)
		}
	}
}

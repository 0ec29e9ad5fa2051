package mgmt_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"ringfence/mgmt"
	"ringfence/phone"
)

// atOnce makes the same request several times at once.
func (w *world) atOnce(n int, make func() *http.Request) []*httptest.ResponseRecorder {
	answers := []*httptest.ResponseRecorder{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			rec := httptest.NewRecorder()
			w.api.ServeHTTP(rec, make())
			mu.Lock()
			defer mu.Unlock()
			answers = append(answers, rec)
		})
	}
	wg.Wait()
	return answers
}

func TestOneKeyAtOnceMakesOnePhone(t *testing.T) {
	w := newWorld(t)
	model := string(w.model("D865"))
	made, replayed := map[string]bool{}, 0
	for _, rec := range w.atOnce(8, func() *http.Request {
		r := request("POST", "/pbx/sipphone", "manager", `{"sipPhoneModel":"`+model+`","macAddress":"4ee8a34b56f3"}`)
		r.Header.Set("Idempotency-Key", "k")
		return r
	}) {
		var p struct {
			ID string `json:"_id"`
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil || rec.Code != http.StatusOK {
			t.Fatal(rec.Code, rec.Body, err)
		}
		made[p.ID] = true
		if rec.Header().Get("Idempotency-Replayed") == "true" {
			replayed++
		}
	}
	if len(made) != 1 || replayed != 7 {
		t.Errorf("%d phones were made, and %d answers say that they are replayed", len(made), replayed)
	}
}

func TestASwitchThatIsMadeAtOnceIsOne(t *testing.T) {
	w := newWorld(t)
	for _, rec := range w.atOnce(8, func() *http.Request { return request("GET", "/pbx/switch/SHARED:night?value=true", "personal", "") }) {
		if rec.Code != http.StatusOK {
			t.Error(rec.Code, rec.Body)
		}
	}
	_, total, err := w.store.Switches.List(t.Context(), phone.Query{})
	if err != nil || total != 1 {
		t.Error(total, "switches", err)
	}
}

func TestWhatIsKeptOfAKeyTellsNoPassword(t *testing.T) {
	var kept phone.Origin
	w := newWorld(t, func(c *mgmt.Config) { c.Employees = watched{c.Employees, &kept} })
	r := request("POST", "/employee", "owner", `{"emailAddress":"mia","accessLevel":"VIEWER","password":"long enough"}`)
	r.Header.Set("Idempotency-Key", "a key")
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, r)
	if rec.Code != http.StatusOK {
		t.Fatal(rec.Code, rec.Body)
	}
	// Who has the database has neither the key nor a plain hash of the request.
	plain := sha256.Sum256([]byte("POST /employee\n" + `{"emailAddress":"mia","accessLevel":"VIEWER","password":"long enough"}`))
	if len(kept.Key) != 64 || len(kept.Digest) != 64 || kept.Digest == hex.EncodeToString(plain[:]) {
		t.Errorf("kept is %q for %q", kept.Digest, kept.Key)
	}
}

// watched keeps the origin of who is created.
type watched struct {
	mgmt.Employees
	origin *phone.Origin
}

func (w watched) Create(ctx context.Context, make func(phone.References) (*phone.Employee, error)) (*phone.Employee, error) {
	*w.origin = *phone.OriginOf(ctx)
	return w.Employees.Create(ctx, make)
}

func TestAnEntityTagTellsNothingHidden(t *testing.T) {
	w := newWorld(t)
	tag := func(token string) string { return w.do("GET", "/pbx/settings", token, "").Header().Get("ETag") }
	was, seen := tag("personal"), tag("viewer")
	w.do("POST", "/pbx/settings/"+string(acme), "manager", `{"masterPinCode":"4711"}`)
	if is := tag("personal"); is != was || is == "" {
		t.Errorf("who does not see the PIN has %s before and %s after it was set", was, is)
	}
	if tag("viewer") == seen {
		t.Error("who sees it has the same tag")
	}
}

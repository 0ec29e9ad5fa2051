package mgmt_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkHTTP is what a client on loopback sees: parse, validate, commit to
// disk, publish, answer. A customer's few phones and a hundred thousand of them
// should cost the same.
func BenchmarkHTTP(b *testing.B) {
	for _, phones := range []int{100, 100_000} {
		b.Run(fmt.Sprintf("%d phones", phones), func(b *testing.B) {
			l := newLoad(b, phones)
			update := func(i int) (string, string, string) {
				return "POST", "/pbx/sipphone/" + l.ids[i*7919%phones], fmt.Sprintf(`{"notes": "moved to room %d"}`, i)
			}
			get := func(path func(i int) string) func(int) (string, string, string) {
				return func(i int) (string, string, string) { return "GET", path(i), "" }
			}
			l.run(b, "update by 1", 1, update)
			l.run(b, "update by 16", 16, update)
			l.run(b, "get by 1", 1, get(func(i int) string { return "/pbx/sipphone/" + l.ids[i*7919%phones] }))
			l.run(b, "first page of 50", 1, get(func(int) string { return "/pbx/sipphone?customer=" + string(acme) }))
			l.run(b, "filter", 1, get(func(i int) string { return fmt.Sprintf("/pbx/sipphone?filter=desk+%d+&limit=1", i%phones) }))
			l.run(b, "by MAC address", 1, get(func(int) string { return "/pbx/sipphone?sort=macAddress&limit=1" }))
		})
	}
}

// load is a server on loopback with phones.
type load struct {
	*world
	url string
	ids []string
}

func newLoad(b *testing.B, phones int) *load {
	l := &load{world: newWorld(b), ids: make([]string, phones)}
	model := l.model("D865")
	var wg sync.WaitGroup
	var next atomic.Int64
	for range 64 { // so that many share a commit
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < phones; i = int(next.Add(1)) - 1 {
				l.ids[i] = l.create(fmt.Sprintf(`{"sipPhoneModel": %q, "macAddress": "000413%06X", "notes": "desk %d on the third floor"}`, model, i, i))
			}
		})
	}
	wg.Wait()
	server := httptest.NewServer(l.api)
	b.Cleanup(server.Close)
	l.url = server.URL
	return l
}

func (l *load) create(body string) string {
	var made struct {
		ID string `json:"_id"`
	}
	rec := httptest.NewRecorder()
	l.api.Server.ServeHTTP(rec, request("POST", "/pbx/sipphone", "manager", body)) // not held against its description, which takes longer
	if err := json.Unmarshal(rec.Body.Bytes(), &made); err != nil || rec.Code != http.StatusOK {
		l.Error(rec.Code, rec.Body, err)
	}
	return made.ID
}

// run makes requests with so many clients at once; request tells method, path
// and body of the one with that number.
func (l *load) run(b *testing.B, name string, clients int, request func(i int) (string, string, string)) {
	b.Run(name, func(b *testing.B) {
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
		defer client.CloseIdleConnections()
		took := make([]time.Duration, b.N)
		var wg sync.WaitGroup
		var next atomic.Int64
		b.ResetTimer()
		for range clients {
			wg.Go(func() {
				for i := int(next.Add(1)) - 1; i < b.N; i = int(next.Add(1)) - 1 {
					start := time.Now()
					method, path, body := request(i)
					l.ask(b, client, method, path, body)
					took[i] = time.Since(start)
				}
			})
		}
		wg.Wait()
		slices.Sort(took)
		b.ReportMetric(float64(took[b.N/2].Microseconds()), "p50-µs")
		b.ReportMetric(float64(took[b.N*99/100].Microseconds()), "p99-µs")
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	})
}

func (l *load) ask(b *testing.B, client *http.Client, method, path, body string) {
	req, err := http.NewRequestWithContext(b.Context(), method, l.url+path, strings.NewReader(body))
	if err != nil {
		b.Error(err)
		return
	}
	req.Header.Set("Authorization", "Bearer "+adminToken)
	res, err := client.Do(req)
	if err != nil {
		b.Error(err)
		return
	}
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		b.Error(method, path, res.Status, err)
	}
	res.Body.Close()
}

package mgmt_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestALongTargetIsRefused(t *testing.T) {
	w := newWorld(t)
	long := "/pbx/sipphone?x="
	long += strings.Repeat("a", 8<<10-len(long))
	if got := told(w.do("GET", long, "viewer", "")); got != "200" {
		t.Error("of 8 KiB:", got)
	}
	if got := told(w.do("GET", long+"a", "viewer", "")); got != "414 URI is longer than 8 KiB" {
		t.Error("one longer:", got)
	}
}

func TestABodyOfTooManyValuesIsRefused(t *testing.T) {
	w := newWorld(t)
	body := `{"softkeys": [{}` + strings.Repeat(",{}", 5000) + `]}`
	if got := told(w.do("POST", "/pbx/sipphone", "manager", body)); got != "413 Body has too many values" {
		t.Error(got)
	}
}

func TestATrunkTakesAsManyRatesAndPatternsAsItMayHave(t *testing.T) {
	var rates, patterns []string
	for i := range 20_000 {
		rates = append(rates, fmt.Sprintf(`{"prefix": "+%d", "centsPerMinute": 5}`, 10_000+i))
	}
	for i := range 1000 {
		patterns = append(patterns, fmt.Sprintf(`{"prefix": "+%d", "strip": 15, "prepend": "0123456789", "priority": 1000}`, 10_000+i))
	}
	w := newWorld(t)
	trunk := func(rates, patterns []string) string {
		return told(w.do("POST", "/pbx/trunk", adminToken, fmt.Sprintf(
			`{"customer": "%s", "name": "Main", "rates": [%s], "outbound": {"patterns": [%s]}}`,
			acme, strings.Join(rates, ","), strings.Join(patterns, ","))))
	}
	if got := trunk(rates, patterns); got != "200" {
		t.Error("told", got)
	}
	if got, want := trunk(append(rates, rates[0]), nil), "422 Value is invalid, must be an array of at most 20000"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}

func TestABodyThatDoesNotComeIsToldSo(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewUnstartedServer(w.api)
	server.Config.ReadTimeout = 100 * time.Millisecond
	server.Start()
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "POST /pbx/sipphone HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer manager\r\nContent-Length: 9\r\n\r\n{")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	var told struct{ Code int }
	if err := json.NewDecoder(res.Body).Decode(&told); err != nil || res.StatusCode != 408 || told.Code != 408 {
		t.Errorf("%d %+v %v", res.StatusCode, told, err)
	}
}

func TestEveryAnswerHasAReferenceOfItsOwn(t *testing.T) {
	w := newWorld(t)
	seen := map[string]string{}
	for _, route := range []string{"GET /pbx/sipphone", "GET /nowhere", "PUT /pbx/sipphone", "GET /", "GET /healthz"} {
		method, path, _ := strings.Cut(route, " ")
		req := request(method, path, "", "")
		req.Header.Set("X-Request-Id", "theirs")
		rec := httptest.NewRecorder()
		w.api.ServeHTTP(rec, req)
		id := rec.Header().Get("X-Request-Id")
		if len(id) != 16 || strings.Trim(id, "0123456789abcdef") != "" || seen[id] != "" {
			t.Errorf("%s is called %q, as was %q", route, id, seen[id])
		}
		seen[id] = route
	}
}

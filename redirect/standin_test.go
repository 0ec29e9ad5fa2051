package redirect

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// The account that every stand-in knows.
const (
	user     = "acme"
	password = "a-secret&of-ours"
	secret   = "an-other-secret"
)

// standIn is a service that works as its documentation says. It knows which
// device is sent where; to "elsewhere" are those of somebody else.
type standIn struct {
	*httptest.Server
	testing.TB
	account Account
	speak   func(s *standIn, r *http.Request, body []byte) (status int, answer string)

	mu      sync.Mutex
	devices map[string]string
	servers map[string]bool
	calls   []string
	broken  http.HandlerFunc // nil: it works
}

const elsewhere = "elsewhere"

func newStandIn(t testing.TB, speak func(*standIn, *http.Request, []byte) (int, string), path string) *standIn {
	s := &standIn{TB: t, speak: speak, devices: map[string]string{}, servers: map[string]bool{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	s.account = Account{URL: s.URL + path, User: user, Password: password, Name: "ringfence", ID: "42", Secret: secret, Site: 7}
	return s
}

// ServeHTTP is for http.Handler.
func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.Error(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		s.broken(w, r)
		return
	}
	if r.URL.Path == "/api/v1/settings/" && r.URL.Query().Get("page") == "" {
		w.Header().Set("Link", `<`+s.URL+`/api/v1/settings/?page=2>; rel="next"`)
	}
	status, answer := s.speak(s, r, body)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, answer)
}

func (s *standIn) breaks(how http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = how
}

func (s *standIn) put(mac, url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.devices[mac] = url
}

func (s *standIn) has(mac string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.devices[mac]
}

func (s *standIn) told() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := s.calls
	s.calls = nil
	return calls
}

// speakXML answers a method of XML-RPC. Methods return what a service returns:
// whether, and what more there is to say.
func speakXML(methods map[string]func(s *standIn, args []string) (bool, []string)) func(*standIn, *http.Request, []byte) (int, string) {
	return func(s *standIn, r *http.Request, body []byte) (int, string) {
		if u, p, _ := r.BasicAuth(); u != user || p != password {
			return http.StatusUnauthorized, ""
		}
		var call struct {
			Method string   `xml:"methodName"`
			Args   []string `xml:"params>param>value>string"`
		}
		if err := xml.Unmarshal(body, &call); err != nil || r.Header.Get("Content-Type") != "text/xml" {
			s.Errorf("%v: %s", err, body)
		}
		s.calls = append(s.calls, call.Method+" "+strings.Join(call.Args, " "))
		method := methods[call.Method]
		if method == nil {
			return http.StatusOK, `<methodResponse><fault><value><struct/></value></fault></methodResponse>`
		}
		ok, says := method(s, call.Args)
		answer := `<?xml version="1.0" encoding="UTF-8"?><methodResponse><params><param><value><array><data><value><boolean>` +
			map[bool]string{true: "1", false: "0"}[ok] + `</boolean></value>`
		for i, text := range says {
			if i%2 == 0 { // a string need not be called one
				answer += "\n<value>" + text + "</value>"
				continue
			}
			answer += "<value><string>" + text + "</string></value>"
		}
		return http.StatusOK, answer + `</data></array></value></param></params></methodResponse>`
	}
}

var snomMethods = map[string]func(*standIn, []string) (bool, []string){
	"redirect.registerPhone": func(s *standIn, args []string) (bool, []string) {
		if s.devices[args[0]] == elsewhere {
			return false, []string{"Error:owned_by_other_user"}
		}
		s.devices[args[0]] = args[1]
		return true, []string{"Ok"}
	},
	"redirect.deregisterPhone": func(s *standIn, args []string) (bool, []string) {
		switch s.devices[args[0]] {
		case elsewhere:
			return false, []string{"Error:owned_by_other_user"}
		case "":
			return false, []string{"Error:no_such_mac"}
		}
		delete(s.devices, args[0])
		return true, []string{"Ok"}
	},
	"redirect.getPhoneRedirection": func(s *standIn, args []string) (bool, []string) {
		switch url := s.devices[args[0]]; url {
		case elsewhere:
			return false, []string{"Error:owned_by_other_user"}
		case "":
			return false, []string{"Error:no_such_mac"}
		default:
			return true, []string{"Acme", url}
		}
	},
}

var yealinkMethods = map[string]func(*standIn, []string) (bool, []string){
	"redirect.addServer": func(s *standIn, args []string) (bool, []string) {
		if s.servers[args[0]] {
			return false, []string{"Error:The server name has existed"}
		}
		s.servers[args[0]] = true
		return true, []string{"OK"}
	},
	"redirect.registerDeviceWithUniqueUrl": func(s *standIn, args []string) (bool, []string) {
		is := s.devices[args[0]]
		switch {
		case !s.servers[args[1]]:
			return false, []string{"Error:Invalid server"}
		case is == elsewhere && args[3] == "0":
			return false, []string{"Are you sure you want to override MAC addresses:" + args[0]}
		case is != "" && args[3] == "0":
			return false, []string{"Error:Existing MAC(s):" + args[0]}
		}
		s.devices[args[0]] = args[2]
		return true, []string{"OK"}
	},
	"redirect.deRegisterDevice": func(s *standIn, args []string) (bool, []string) {
		if is := s.devices[args[0]]; is == "" || is == elsewhere {
			return false, []string{"Error:Invalid MAC(s):" + args[0]}
		}
		delete(s.devices, args[0])
		return true, []string{"OK"}
	},
	"redirect.checkDevice": func(s *standIn, args []string) (bool, []string) {
		switch s.devices[args[0]] {
		case elsewhere:
			return true, []string{"Registered Elsewhere"}
		case "":
			return true, []string{"Unregistered"}
		}
		return true, []string{"Registered"}
	},
}

func gigasetMAC(name string) string { return name[:12] }

var gigasetMethods = map[string]func(*standIn, []string) (bool, []string){
	"autoprov.registerDevice": func(s *standIn, args []string) (bool, []string) {
		if s.devices[gigasetMAC(args[0])] != "" {
			return false, []string{"mac_already_in_use:" + args[0]}
		}
		s.devices[gigasetMAC(args[0])] = args[1]
		return true, []string{args[0]}
	},
	"autoprov.deregisterDevice": func(s *standIn, args []string) (bool, []string) {
		if is := s.devices[gigasetMAC(args[0])]; is == "" || is == elsewhere {
			return false, []string{"mac_not_found:" + args[0]}
		}
		delete(s.devices, gigasetMAC(args[0]))
		return true, []string{"OK"}
	},
	"autoprov.checkDevice": func(s *standIn, args []string) (bool, []string) {
		if is := s.devices[gigasetMAC(args[0])]; is == "" || is == elsewhere {
			return false, []string{"mac_not_found:" + args[0]}
		}
		return true, []string{args[0]}
	},
}

// digestOf is a keyed hash of some text.
func digestOf(h func() hash.Hash, key string, parts ...string) []byte {
	m := hmac.New(h, []byte(key))
	for _, part := range parts {
		m.Write([]byte(part))
	}
	return m.Sum(nil)
}

func sha256Hex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// signedByHawk checks a request as the server of a Hawk account does.
func signedByHawk(r *http.Request, body []byte) bool {
	var id, ts, nonce, payload, mac string
	_, err := fmt.Sscanf(strings.ReplaceAll(r.Header.Get("Authorization"), `"`, " "), "Hawk id= %s , ts= %s , nonce= %s , hash= %s , mac= %s ", &id, &ts, &nonce, &payload, &mac)
	if err != nil || id != user {
		return false
	}
	sum := sha256.Sum256([]byte("hawk.1.payload\n" + r.Header.Get("Content-Type") + "\n" + string(body) + "\n"))
	host, port, _ := strings.Cut(r.Host, ":")
	text := strings.Join([]string{"hawk.1.header", ts, nonce, r.Method, r.URL.RequestURI(), host, port, payload, "", ""}, "\n")
	return payload == base64.StdEncoding.EncodeToString(sum[:]) && mac == base64.StdEncoding.EncodeToString(digestOf(sha256.New, password, text))
}

// speakSRAPS is an account of the Hawk services, whose list of settings has two
// pages.
func speakSRAPS(setting string) func(*standIn, *http.Request, []byte) (int, string) {
	return func(s *standIn, r *http.Request, body []byte) (int, string) {
		if !signedByHawk(r, body) {
			return http.StatusUnauthorized, `{"detail":"no"}`
		}
		here := "http://" + r.Host + "/api/v1/"
		s.calls = append(s.calls, r.Method+" "+r.URL.Path)
		mac, device := strings.CutPrefix(r.URL.Path, "/api/v1/companies/9/endpoints/")
		switch {
		case device:
			return s.endpoint(r.Method, mac, body)
		case r.URL.Path == "/api/v1/tokens/"+user:
			return http.StatusOK, `{"links":{"company":"` + here + `companies/9"}}`
		case r.URL.Path == "/api/v1/companies/9":
			return http.StatusOK, `{"links":{"endpoints":"` + here + `companies/9/endpoints/"}}`
		case r.URL.Query().Get("page") == "2":
			return http.StatusOK, `[{"uuid":"u2","param_name":"` + setting + `"}]`
		case r.URL.Path == "/api/v1/settings/":
			return http.StatusOK, `[{"uuid":"u1","param_name":"language"}]`
		}
		return http.StatusNotFound, ""
	}
}

func (s *standIn) endpoint(method, mac string, body []byte) (int, string) {
	is := s.devices[mac]
	switch {
	case is == elsewhere:
		return http.StatusConflict, ""
	case method == http.MethodPut:
		var in struct {
			Settings map[string]struct{ Value string } `json:"settings_manager"`
		}
		if err := json.Unmarshal(body, &in); err != nil {
			return http.StatusBadRequest, ""
		}
		s.devices[mac] = in.Settings["u2"].Value
		return http.StatusCreated, "{}"
	case is == "":
		return http.StatusNotFound, ""
	case method == http.MethodDelete:
		delete(s.devices, mac)
		return http.StatusNoContent, ""
	}
	return http.StatusOK, `{"mac":"` + mac + `","settings_manager":{"u2":{"value":"` + is + `","attrs":{"perm":"RW"}}}}`
}

// speakYMCS is Yealink's management cloud.
func speakYMCS(s *standIn, r *http.Request, body []byte) (int, string) {
	if r.Header.Get("Nonce") == "" || r.Header.Get("Timestamp") == "" {
		return http.StatusBadRequest, `{"code":"900400"}`
	}
	if r.URL.Path == "/v2/token" {
		if u, p, _ := r.BasicAuth(); u != user || p != password {
			return http.StatusUnauthorized, `{"code":"900401"}`
		}
		return http.StatusOK, `{"access_token":"T","token_type":"bearer","expires_in":3600}`
	}
	if r.Header.Get("Authorization") != "Bearer T" {
		return http.StatusUnauthorized, `{"code":"900401"}`
	}
	s.calls = append(s.calls, r.URL.Path)
	var in struct {
		MAC, SN, UniqueServerURL string
		DeviceIDs                []string `json:"deviceIds"`
		Filter                   struct{ MAC string }
	}
	if err := json.Unmarshal(body, &in); err != nil && r.URL.Path != "/v2/rps/addDevicesByMac" {
		return http.StatusBadRequest, `{"code":"900400"}`
	}
	switch r.URL.Path {
	case "/v2/rps/devices":
		switch s.devices[in.MAC] {
		case elsewhere:
			return http.StatusBadRequest, `{"code":"800004","message":"taken"}`
		case "":
			s.devices[in.MAC] = in.UniqueServerURL
			return http.StatusCreated, `{}`
		}
		return http.StatusBadRequest, `{"code":"800003","message":"exists"}`
	case "/v2/rps/delDevices":
		if is := s.devices[in.DeviceIDs[0]]; is == "" || is == elsewhere {
			return http.StatusOK, `{"total":1,"successCount":0,"failureCount":1}`
		}
		delete(s.devices, in.DeviceIDs[0])
		return http.StatusOK, `{"total":1,"successCount":1,"failureCount":0}`
	case "/v2/rps/listDevices":
		if is := s.devices[in.Filter.MAC]; is != "" && is != elsewhere {
			return http.StatusOK, `{"total":1,"data":[{"mac":"` + in.Filter.MAC + `","serverUrl":null,"uniqueServerUrl":"` + is + `"}]}`
		}
		return http.StatusOK, `{"total":0,"data":null}`
	}
	return http.StatusForbidden, `{"code":"900403"}` // an account that must know the serial
}

// speakGAPS is Grandstream's automated provisioning system.
func speakGAPS(s *standIn, r *http.Request, body []byte) (int, string) {
	if r.Method == http.MethodGet {
		return http.StatusOK, `{"time":1700000000}`
	}
	want := hex.EncodeToString(digestOf(sha1.New, password, string(body), "1700000000"))
	if r.URL.Query().Get("sig") != want || r.URL.Query().Get("time") != "1700000000" {
		return http.StatusOK, `{"code":3,"desc":"Signature error"}`
	}
	var in struct {
		CID, Method string
		Params      struct{ MACs []string }
	}
	if err := json.Unmarshal(body, &in); err != nil || in.CID != user {
		return http.StatusOK, `{"code":2,"desc":"Invalid cid"}`
	}
	s.calls = append(s.calls, in.Method)
	mac := in.Params.MACs[0]
	switch is := s.devices[mac]; {
	case is == elsewhere:
		return http.StatusOK, `{"code":7,"desc":"MAC belongs to another company"}`
	case in.Method == "redirectDefault":
		s.devices[mac] = "default"
	case is == "":
		return http.StatusOK, `{"code":8,"desc":"MAC not found"}`
	default:
		delete(s.devices, mac)
	}
	return http.StatusOK, `{"code":"0","desc":""}`
}

// speakGDMS is Grandstream's device management system.
func speakGDMS(s *standIn, r *http.Request, body []byte) (int, string) {
	q := r.URL.Query()
	if r.URL.Path == "/oapi/oauth/token" {
		if !strings.Contains(string(body), "username="+user) || !strings.Contains(string(body), "password="+gdmsPassword) {
			return http.StatusOK, `{"error":"invalid_grant"}`
		}
		return http.StatusOK, `{"access_token":"T","expires_in":3600}`
	}
	want := sha256Hex("&access_token=T&client_id=42&client_secret=" + secret + "&timestamp=" + q.Get("timestamp") + "&" + sha256Hex(string(body)) + "&")
	if q.Get("access_token") != "T" || q.Get("signature") != want {
		return http.StatusOK, `{"retCode":40002,"msg":"signature error"}`
	}
	s.calls = append(s.calls, r.URL.Path)
	var in struct {
		MAC  string
		MACs []string `json:"macList"`
	}
	var list []struct {
		MAC, SN string
		SiteID  int
	}
	_ = json.Unmarshal(body, &in)
	_ = json.Unmarshal(body, &list)
	switch r.URL.Path {
	case "/oapi/v1.0.0/device/add":
		switch {
		case s.devices[list[0].MAC] != "":
			return http.StatusOK, `{"retCode":10003,"msg":"The device is bound to another account"}`
		case list[0].SN == "wrong":
			return http.StatusOK, `{"retCode":0,"msg":"","data":{"total":1,"success":0,"failure":1,"errorDeviceList":[{"errorMsg":"30010"}]}}`
		}
		s.devices[list[0].MAC] = fmt.Sprint(list[0].SiteID)
		return http.StatusOK, `{"retCode":0,"msg":"","data":{"total":1,"success":1,"failure":0}}`
	case "/oapi/v1.0.0/device/list":
		if is := s.devices[in.MAC]; is != "" && is != elsewhere {
			return http.StatusOK, `{"retCode":0,"msg":"","data":{"result":[{"mac":"` + in.MAC + `","siteId":` + is + `}]}}`
		}
		return http.StatusOK, `{"retCode":0,"msg":"","data":{"result":[]}}`
	}
	if s.devices[in.MACs[0]] == "" {
		return http.StatusOK, `{"retCode":10013,"msg":"The device does not exist"}`
	}
	delete(s.devices, in.MACs[0])
	return http.StatusOK, `{"retCode":0,"msg":""}`
}

// gdmsPassword is from: printf %s "$(printf %s 'a-secret&of-ours' | md5sum | cut -c-32)" | sha256sum
const gdmsPassword = "8b37f6e44569989d0c817a72edd551e856dfa9c88209a912e48ed620b0da15fa"

package provision

import (
	"net/http/httptest"
	"net/netip"
	"testing"

	"ringfence/phone"
)

func TestWhichDeviceAsks(t *testing.T) {
	for name, c := range map[string]struct{ path, userAgent, want string }{
		"Snom, file of the phone":        {"/snomD785-000413AABB01.htm", "", "000413AABB01"},
		"Snom, file of the model":        {"/snomD785.htm", "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 1.1.3-s 000413AABB02)", "000413AABB02"},
		"Snom M900":                      {"/snomM900.htm", "Mozilla/4.0 (compatible; Snom M900 05.20.0001 000413b60680)", "000413B60680"},
		"Mitel":                          {"/00085D237429.cfg", "Aastra6731i MAC:00-08-5D-23-74-29 V:3.2.0.70-SIP", "00085D237429"},
		"Mitel, common file":             {"/startup.cfg", "Mitel6930 MAC:14-00-E9-1E-DB-52 V:6.4.0.140-SIP", "1400E91EDB52"},
		"Cisco SPA":                      {"/spa504G.cfg", "Cisco/SPA504G-7.4.4 (0002FDFF2103)(CBT141400UK)", "0002FDFF2103"},
		"Yealink":                        {"/y000000000028.cfg", "Yealink SIP-T46G 28.72.0.1 00:15:65:4a:a9:37", "0015654AA937"},
		"Yealink, file of the phone":     {"/0015654aa937.cfg", "", "0015654AA937"},
		"Grandstream":                    {"/cfg000b828aa872.xml", "Grandstream Model HW GXP2170 [V1.6B] SW 1.0.7.97 DevId 000b828aa872", "000B828AA872"},
		"Grandstream, by the path":       {"/cfg000b828aa872.xml", "", "000B828AA872"},
		"Grandstream, the old form":      {"/cfg000b828aa872", "", "000B828AA872"},
		"Cisco's other phones":           {"/SEP0002FDFF2103.cnf.xml", "", "0002FDFF2103"},
		"Gigaset":                        {"/7C2F80E0D605.xml", "Gigaset N870 IP PRO/83.V2.11.0+build;7C2F80E0D605", "7C2F80E0D605"},
		"a path with dashes":             {"/prov/00-04-13-aa-bb-01/config", "", "000413AABB01"},
		"a path with colons":             {"/00:04:13:AA:BB:01.txt", "", "000413AABB01"},
		"the path goes before the agent": {"/000413aabb01.xml", "snomD785-SIP 10 000413AABB02", "000413AABB01"},
		"nothing":                        {"/index.html", "curl/8", ""},
		"too many digits":                {"/000413aabb0102.xml", "", ""},
		"a path with both":               {"/00:04-13:aa:bb:01.xml", "", "000413AABB01"},
		"no address at all":              {"/000000000000.cfg", "", ""},
		"of all stations":                {"/ffffffffffff.cfg", "", ""},
		"of many stations":               {"/010413aabb01.xml", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := device(c.path, c.userAgent)
			if string(got) != c.want || ok != (c.want != "") {
				t.Errorf("got %q, %v; want %q", got, ok, c.want)
			}
		})
	}
}

// What a User-Agent says is never a reason to let somebody in, and one to keep
// them out.
func TestAgents(t *testing.T) {
	const snomAgent = "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 2010.12-00004-g9ba52f5 000413AABB01 SXM:0 UXM:0)"
	for name, c := range map[string]struct {
		agent, brand string
		denies       bool
	}{
		"the phone itself":                 {snomAgent, "SNOM", false},
		"nothing":                          {"", "SNOM", false},
		"somebody that we do not know":     {"curl/8", "SNOM", false},
		"another phone of the maker":       {"snomD785-SIP 10.1 000413AABB02", "SNOM", true},
		"another maker":                    {"Yealink SIP-T46G 28.72.0.1", "SNOM", true},
		"of a model that can be any":       {snomAgent, "GENERIC", false},
		"of one, but another phone":        {"Yealink SIP-T46G 28.72.0.1 00:15:65:4a:a9:37", "GENERIC", true},
		"Linksys is Cisco":                 {"Linksys/SPA-942-6.1.5(a) (0002FDFF2103)", "SNOM", true},
		"Cisco without its address":        {"Cisco/SPA504G-7.4.4 (CBT141400UK)", "CISCO", false},
		"Cisco's newer ones":               {"Cisco-CP-7832-3PCC/11.0.1 (000413aabb01)", "CISCO", false},
		"Aastra is Mitel":                  {"Aastra6731i MAC:00-04-13-AA-BB-01 V:3.2.0.70-SIP", "MITEL", false},
		"Grandstream, for a phone of ours": {"Grandstream Model HW GXP2170 SW 1.0.7.97 DevId 000413aabb01", "GRANDSTREAM", false},
		"Gigaset":                          {"Gigaset N870 IP PRO/83.V2.11.0+build;000413AABB01", "GIGASET", false},
	} {
		if got := agentOf(c.agent).denies(mac, c.brand); got != c.denies {
			t.Errorf("%s: denies %v, want %v", name, got, c.denies)
		}
	}
}

func TestWhatAPathIsFor(t *testing.T) {
	const token = "abcdefghijklmnopqrstuvwxyz"
	s := newSite(t)
	for path, want := range map[string]request{
		"/000413AABB01.xml":                             {name: "000413AABB01.xml", mac: mac},
		"/" + token + "/000413AABB01.xml":               {token: token, name: "000413AABB01.xml", mac: mac},
		"/" + token + "/snomD785.htm":                   {token: token, name: "snomD785.htm"},
		"/" + token:                                     {token: token},
		"/" + token + "/":                               {token: token},
		"/" + token[1:] + "/x":                          {name: "x"},
		"/" + token + "/000413aabb01/directory.xml":     {token: token, name: "directory.xml", mac: mac},
		"/" + token + "/000413aabb01/firmware/D785.bin": {token: token, name: "D785.bin", extra: "firmware/D785.bin", mac: mac},
		"/firmware/a/D785.bin":                          {name: "D785.bin", extra: "firmware/a/D785.bin"},
		"/000413aabb01/backgrounds/../../etc/passwd":    {name: "passwd", extra: "backgrounds/../../etc/passwd", mac: mac},
		"/000413aabb01/firmware//D785.bin":              {name: "D785.bin", extra: "firmware/D785.bin", mac: mac},
		"/000413aabb01/firmware/":                       {name: "firmware", extra: "firmware", mac: mac},
		"/000413aabb01/secrets/key":                     {name: "key", mac: mac},
		"/x/firmware/D785.bin":                          {name: "D785.bin"},
		"/firmware":                                     {name: "firmware", extra: "firmware"},
		"/x/" + token:                                   {},
		"/" + token + "//000413AABB01.xml":              {token: token, name: "000413AABB01.xml", mac: mac},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path, r.RemoteAddr = path, office+":1"
		got := s.read(r)
		want.path, want.from, want.named = path, netip.MustParseAddr(office), want.mac != ""
		if *got != want {
			t.Errorf("%s:\n got %+v\nwant %+v", path, *got, want)
		}
	}
}

func FuzzRequest(f *testing.F) {
	f.Add("/snomD785-000413AABB01.htm", "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 000413AABB01)")
	f.Add("/", "Yealink SIP-T46G 28.72.0.1 00:15:65:4a:a9:37")
	f.Add("/abcdefghijklmnopqrstuvwxyz/000413aabb01/firmware/../x", "")
	s := newSite(f)
	f.Fuzz(func(t *testing.T, path, userAgent string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = path
		r.Header.Set("User-Agent", userAgent)
		q := s.read(r)
		if q.mac != "" {
			if again, ok := phone.ParseMAC(string(q.mac)); !ok || again != q.mac || isGroup(q.mac) {
				t.Errorf("%q is not the MAC address of a phone", q.mac)
			}
		}
		if q.token != "" && q.name == q.token {
			t.Errorf("the token stands in the log as %q", q.name)
		}
	})
}

// Package ringfence holds only this test: the import table of ARCHITECTURE.md.
package ringfence

import (
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "ringfence"

// room is one package (or tree of packages) of the house: what of ours it may
// import, and why not more.
type room struct {
	imports []string
	why     string
}

// rooms is the import table. A package that is not listed belongs to its
// nearest listed parent.
var rooms = map[string]room{
	"phone":         {nil, "the domain is pure, so that every room can speak its words"},
	"sip":           {nil, "what is the same for any SIP server knows no phone"},
	"sip/digest":    {nil, "digest is arithmetic"},
	"sip/resolve":   {nil, "where a name leads is DNS; what is sent there is not its affair"},
	"store/journal": {nil, "a log in files does not know what its entries say"},
	"media":         {nil, "media is moved without knowing whose it is"},
	"geoip":         {nil, "geoip states facts; policy decides"},

	"provision/timezone": {nil, "when clocks are changed is a table: who asks, and how a maker says it, is not its affair"},
	"provision/family":   {[]string{"phone", "provision/timezone"}, "bytes from a view: who asks, and who may, is not its affair"},

	"policy":             {[]string{"phone"}, "a verdict is a value: no I/O but the lock that it is handed"},
	"guard":              {[]string{"phone"}, "the guard counts what it is told, and asks nobody"},
	"internal/feed":      {[]string{"phone"}, "the feed carries events; it does not make them"},
	"internal/retry":     {nil, "when to try again is arithmetic"},
	"internal/pace":      {nil, "how often is too often is arithmetic"},
	"internal/forwarded": {nil, "where a request comes from is in its headers; who may then do what is not its affair"},
	"sip/door":           {[]string{"sip", "sip/digest", "policy", "phone", "guard"}, "one door for REGISTER and INVITE: the password first, then the fence"},
	"sip/session":        {[]string{"sip"}, "one end of a call knows SIP, and neither phones nor the other end"},

	"store":         {[]string{"phone", "store/journal"}, "the truth on disk does not know who asks for it"},
	"registrar":     {[]string{"sip", "sip/door", "policy", "phone"}, "who is where; it is handed a journal, not a store"},
	"sip/b2bua":     {[]string{"sip", "sip/session", "sip/door", "media", "policy", "phone"}, "a call finds its phones through a function, not through the registrar"},
	"trunk":         {[]string{"sip", "sip/digest", "sip/resolve", "phone"}, "a line says how a call leaves; the call is made elsewhere"},
	"sip/blf":       {[]string{"sip", "phone"}, "who watches is told what it is told itself: calls tell of themselves"},
	"sip/keepalive": {[]string{"sip", "phone"}, "it asks for bindings through a function, and is told of new ones"},
	"sip/notify":    {[]string{"sip", "sip/digest", "phone"}, "a request to a phone needs its flow, not how it came to be there"},
	"provision":     {[]string{"provision/family", "provision/timezone", "policy", "phone", "internal/pace", "internal/forwarded"}, "the third door has the same gate and no SIP"},
	"resync":        {[]string{"phone"}, "who is to be told of a change, and when; how that is said is not its affair"},
	"webhook":       {[]string{"phone", "internal/feed", "internal/retry"}, "it tells others of events, and asks nobody how they came about"},
	"redirect":      {[]string{"phone", "internal/retry"}, "it tells makers where their phones belong; which those are it is told"},
	"mgmt":          {[]string{"phone", "internal/feed", "internal/forwarded"}, "the API speaks of phones, not of SIP or SQL"},

	"internal/simphone": {[]string{"sip", "sip/digest", "media"}, "a phone knows the protocol and nothing of the server"},
	"internal/loadgen":  {[]string{"phone", "store"}, "load is what a stranger can send; the store only to make many phones quickly"},
	"cmd/ringfence":     {[]string{"*"}, "joins everything and is imported by nobody"},
	"geoip/internal":    {nil, "the generator of the built-in database stands alone"},
}

// only says where a foreign package may be imported, and why only there.
var only = []struct {
	pkg   string
	rooms []string
	why   string
}{
	{"database/sql", []string{"store"}, "SQL has one home"},
	{"github.com/mattn/go-sqlite3", []string{"store"}, "the database can change without its users"},
	{"github.com/gin-gonic/gin", []string{"mgmt"}, "the web framework is the API's own affair"},
	{"github.com/emiago/sipgo", []string{"sip"}, "the SIP library can change without its users"},
	{"github.com/gobwas/ws", []string{"sip"}, "a WebSocket is the transport's own affair"},
	{"github.com/pion/stun", []string{"sip"}, "a keepalive is the transport's own affair"},
	{"github.com/oschwald", []string{"geoip", "geoip/internal"}, "the database format is geoip's own affair"},
	{"github.com/nyaruka/phonenumbers", []string{"phone"}, "what is a phone number is judged in one place"},
	{"github.com/miekg/dns", []string{"sip/resolve"}, "DNS is asked in one place"},
	{"github.com/tidwall/btree", []string{"phone"}, "the Book's index can change without its readers"},
	{"github.com/swaggest/swgui", []string{"mgmt"}, "only the API has a page of documentation"},
	{"github.com/alecthomas/kong", []string{"cmd/ringfence"}, "flags are read in one place"},
	{"os/signal", []string{"cmd/ringfence"}, "signals are read in one place"},
	{"github.com/pin/tftp", []string{"provision"}, "old phones are led on at the configuration door alone"},
	{"github.com/pion/srtp", []string{"media"}, "encryption of media is the relay's own affair"},
	{"unsafe", []string{"sip", "media"}, "texts that lie in a reader's buffer, and what the kernel is told of many datagrams, are made in one place each"},
}

func TestImportsGoOneWay(t *testing.T) {
	for dir, imports := range sources(t) {
		name := roomOf(dir)
		for _, imp := range imports {
			checkOurs(t, dir, name, imp)
			checkForeign(t, dir, name, imp)
		}
	}
}

func checkOurs(t *testing.T, dir, name, imp string) {
	rest, ours := strings.CutPrefix(imp, module+"/")
	if !ours {
		return
	}
	target := roomOf(rest)
	allowed := rooms[name].imports
	if target != name && !slices.Contains(allowed, target) && !slices.Contains(allowed, "*") {
		t.Errorf("%s imports %s: %s", dir, imp, rooms[name].why)
	}
}

func checkForeign(t *testing.T, dir, name, imp string) {
	for _, o := range only {
		if (imp == o.pkg || strings.HasPrefix(imp, o.pkg+"/")) && !slices.Contains(o.rooms, name) {
			t.Errorf("%s imports %s, which belongs in %v: %s", dir, imp, o.rooms, o.why)
		}
	}
}

// The environment is read in cmd alone, and nothing happens before main.
func TestNoInitAndNoEnvironment(t *testing.T) {
	walk(t, func(file string) {
		if strings.HasSuffix(file, "_test.go") {
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if hasInit(f) {
			t.Errorf("%s has an init function: nothing happens before main", file)
		}
		if usesEnvironment(f) && !strings.HasPrefix(filepath.ToSlash(file), "cmd/") {
			t.Errorf("%s reads the environment: that is read in cmd alone", file)
		}
	})
}

// Tests wait for what they wait for, not for a time.
func TestNoSleepInTests(t *testing.T) {
	walk(t, func(file string) {
		if !strings.HasSuffix(file, "_test.go") {
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if calls(f, "time", "Sleep") && !importsPackage(f, "testing/synctest") {
			t.Errorf("%s sleeps: it should wait for a condition", file)
		}
	})
}

// roomOf is the listed room that a folder belongs to.
func roomOf(dir string) string {
	for dir != "." && dir != "" {
		if _, ok := rooms[dir]; ok {
			return dir
		}
		dir = path.Dir(dir)
	}
	return "."
}

// sources lists what each folder imports, its tests left out.
func sources(t *testing.T) map[string][]string {
	imports := map[string][]string{}
	walk(t, func(file string) {
		if strings.HasSuffix(file, "_test.go") {
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.ToSlash(filepath.Dir(file))
		for _, i := range f.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			imports[dir] = append(imports[dir], p)
		}
	})
	if len(imports) < 10 {
		t.Fatalf("only %d folders found", len(imports))
	}
	return imports
}

func walk(t *testing.T, visit func(file string)) {
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case strings.HasSuffix(p, ".go"):
			if ok, err := build.Default.MatchFile(filepath.Dir(p), d.Name()); err != nil || !ok {
				return err
			}
			visit(p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

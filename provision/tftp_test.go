package provision

import (
	"bytes"
	"net"
	"strings"
	"testing"

	"github.com/pin/tftp/v3"

	"ringfence/phone"
	"ringfence/provision/family"
)

// Over TFTP there is what leads to us, for everybody, and nothing else.
func TestTFTP(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", MAC: mac})
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	server := NewTFTP(s.Server, conn)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve() }()
	defer func() {
		server.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	client, err := tftp.NewClient(server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"startup.cfg", "aastra.cfg", "spa504G.cfg"} {
		body, err := fetch(client, name)
		if err != nil || !strings.Contains(body, "prov.example.net") {
			t.Errorf("%s: %v %q", name, err, body)
		}
	}
	for _, name := range []string{"000413AABB01.xml", "000413AABB01.txt", "../../etc/passwd", "", strings.Repeat("a", 400)} {
		if body, err := fetch(client, name); err == nil {
			t.Errorf("%s: %q", name, body)
		}
	}
	if to, err := client.Send("startup.cfg", "octet"); err == nil {
		if _, err := to.ReadFrom(strings.NewReader("mine")); err == nil {
			t.Error("something could be written")
		}
	}
	if len(s.loaded) > 0 || s.book.ByID("1").IP.Mode != phone.Open {
		t.Error("TFTP counts as a connection")
	}
}

func fetch(client *tftp.Client, name string) (string, error) {
	from, err := client.Receive(name, "octet")
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	_, err = from.WriteTo(&b)
	return b.String(), err
}

// Each file that leads phones to us can be made for nobody in particular.
func TestPointersForNobody(t *testing.T) {
	s := newSite(t)
	for _, f := range s.Families.All() {
		for i := range f.Files {
			file := &f.Files[i]
			if file.Role != family.Pointer {
				continue
			}
			if d, err := f.Render(file, s.nobody("")); err != nil || len(d.Body) == 0 {
				t.Errorf("%s of %s: %v", file.Name, f.Name, err)
			}
		}
	}
}

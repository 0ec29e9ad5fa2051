package provision

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/pin/tftp/v3"

	"ringfence/provision/family"
)

const (
	tftpTimeout   = 2 * time.Second
	tftpRetries   = 1        // who asked may be somebody else: not many packets for one
	tftpTransfers = 64       // at a time
	tftpBuffer    = 64 << 10 // of the socket: what comes faster than it is read is lost
)

// TFTP leads phones that know nothing newer to us (RFC 1350). It reads nothing,
// and what it gives is the same for everybody: files that hold the URL to fetch
// from. Whatever else they ask for is not there.
type TFTP struct {
	prov    *Server
	conn    *net.UDPConn
	server  *tftp.Server
	running atomic.Int64
}

// NewTFTP makes a server on a socket, which is its own from now on.
func NewTFTP(s *Server, conn *net.UDPConn) *TFTP {
	t := &TFTP{prov: s, conn: conn}
	_ = conn.SetReadBuffer(tftpBuffer) // the system's own will do, too
	t.server = tftp.NewServer(t.read, nil)
	t.server.SetTimeout(tftpTimeout)
	t.server.SetRetries(tftpRetries)
	return t
}

// Addr is where it listens.
func (t *TFTP) Addr() net.Addr { return t.conn.LocalAddr() }

// Serve answers until Close.
func (t *TFTP) Serve() error { return t.server.Serve(t.conn) }

// Close ends it, and waits for the transfers that run.
func (t *TFTP) Close() {
	t.server.Shutdown()
	_ = t.conn.Close() // that of a server that never served
}

// errAbsent is all that a phone is told.
var errAbsent = errors.New("file not found")

func (t *TFTP) read(name string, to io.ReaderFrom) error {
	defer t.running.Add(-1)
	if t.running.Add(1) > tftpTransfers {
		return errAbsent
	}
	doc, err := t.prov.pointer(name)
	if err != nil {
		t.prov.Log.Error("configuration failed", "file", name[:min(len(name), maxName)], "error", err)
	}
	if doc == nil {
		return errAbsent
	}
	t.prov.counts.tftp.Add(1)
	_, err = to.ReadFrom(bytes.NewReader(doc.Body))
	return err
}

// pointer is the file of that name, if it is one that leads phones to us.
func (s *Server) pointer(name string) (*family.Document, error) {
	for _, f := range s.Families.All() {
		file := f.Asked(name)
		if file == nil || file.Role != family.Pointer {
			continue
		}
		v := s.nobody("")
		v.MAC, _ = device(name, "")
		return f.Render(file, v)
	}
	return nil, nil
}

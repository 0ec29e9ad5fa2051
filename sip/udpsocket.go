package sip

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

const (
	// udpBuffer is what we ask the kernel to hold of unread datagrams and of
	// unsent ones, in bytes.
	udpBuffer = 4 << 20
	// sendPatience is how long a socket may take nothing before what it should
	// have sent is dropped. A burst fills its buffer for less than this.
	sendPatience = 200 * time.Millisecond
)

// udpSocket is one socket with many datagrams to a system call.
type udpSocket struct {
	conn  *net.UDPConn
	batch batcher

	waiting sync.Mutex // guards the write deadline of conn
}

// batcher is an ipv4.PacketConn or an ipv6.PacketConn.
type batcher interface {
	ReadBatch(ms []ipv4.Message, flags int) (int, error)
	WriteBatch(ms []ipv4.Message, flags int) (int, error)
}

// openUDP binds a socket that shares its address with nobody.
func openUDP(at netip.AddrPort) (*udpSocket, error) { return openWith(net.ListenConfig{}, at) }

// openShared binds one more socket to an address that is shared.
func openShared(at netip.AddrPort) (*udpSocket, error) {
	return openWith(net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		return onSocket(c, sharing)
	}}, at)
}

func openWith(c net.ListenConfig, at netip.AddrPort) (*udpSocket, error) {
	p, err := c.ListenPacket(context.Background(), family("udp", at.Addr()), at.String())
	if err != nil {
		return nil, err
	}
	s := &udpSocket{conn: p.(*net.UDPConn)}
	_ = s.conn.SetReadBuffer(udpBuffer) // the kernel gives what it may; less is no fault
	_ = s.conn.SetWriteBuffer(udpBuffer)
	if countLost != nil {
		_ = s.control(countLost)
	}
	told := at.Addr().IsUnspecified() // which address a datagram came to
	if at.Addr().Is4() {
		c := ipv4.NewPacketConn(s.conn)
		if s.batch = c; told {
			err = c.SetControlMessage(ipv4.FlagDst, true)
		}
	} else {
		c := ipv6.NewPacketConn(s.conn)
		if s.batch = c; told {
			err = c.SetControlMessage(ipv6.FlagDst, true)
		}
	}
	if err != nil {
		return nil, errors.Join(err, s.conn.Close())
	}
	return s, nil
}

// mayShare lets others in on the address, where the system has that.
func (s *udpSocket) mayShare() bool { return sharing != nil && s.control(sharing) == nil }

// control sets an option of the socket.
func (s *udpSocket) control(set func(fd int) error) error {
	c, err := s.conn.SyscallConn()
	if err != nil {
		return err
	}
	return onSocket(c, set)
}

func onSocket(c syscall.RawConn, set func(fd int) error) (err error) {
	if e := c.Control(func(fd uintptr) { err = set(int(fd)) }); e != nil {
		return e
	}
	return err
}

// write sends some of ms, from the first on, and says how many. With an error
// it is none, and the first is at fault, unless the socket is.
func (s *udpSocket) write(ms []ipv4.Message) (int, error) {
	n, err := s.batch.WriteBatch(ms, dontWait)
	if err != nil && full(err) {
		n, err = s.writeLater(ms)
	}
	if err != nil {
		return 0, err
	}
	return n, nil
}

// writeLater waits until the socket's buffer has room.
func (s *udpSocket) writeLater(ms []ipv4.Message) (int, error) {
	s.waiting.Lock()
	defer s.waiting.Unlock()
	if err := s.conn.SetWriteDeadline(time.Now().Add(sendPatience)); err != nil {
		return 0, err
	}
	n, err := s.batch.WriteBatch(ms, 0)
	return n, errors.Join(err, s.conn.SetWriteDeadline(time.Time{}))
}

// stuck tells an error that the next message would have as well.
func stuck(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed)
}

//go:build linux && !portable

package media

import (
	"errors"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// socket is a UDP socket of an engine's own, which Go's netpoller does not
// know: it does not block, and whoever calls it makes sure by a lock that it is
// open. The zero value is none.
type socket struct {
	fd int32 // the descriptor + 1
}

func (s socket) open() bool { return s.fd != 0 }

func (s socket) raw() int { return int(s.fd) - 1 }

// listen opens a socket of the address's own family: on a dual-stack socket
// every IPv4 source would come mapped into IPv6.
func listen(ip netip.Addr, port int, k Kind) (socket, error) {
	family := unix.AF_INET6
	if ip.Is4() {
		family = unix.AF_INET
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return socket{}, err
	}
	if err := bind(fd, netip.AddrPortFrom(ip, uint16(port))); err != nil {
		return socket{}, errors.Join(err, unix.Close(fd))
	}
	tune(fd, ip.Is4(), k)
	return socket{fd: int32(fd) + 1}, nil
}

func bind(fd int, at netip.AddrPort) error {
	if !at.Addr().Is4() {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1); err != nil {
			return err
		}
	}
	raw := newRawAddr(at)
	_, _, errno := unix.RawSyscall(unix.SYS_BIND, uintptr(fd), uintptr(unsafe.Pointer(&raw.data)), uintptr(raw.size))
	if errno != 0 {
		return errno
	}
	return nil
}

// tune sets what a socket may hold and how its packets are marked. A kernel
// that will not is no reason to make no call.
func tune(fd int, four bool, k Kind) {
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, k.buffer())
	if k == Video { // sound has enough of what the system gives, unless that was made less
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, k.buffer())
	}
	if four {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_TOS, k.class())
		return
	}
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_TCLASS, k.class())
}

// close gives the socket back; epoll forgets it by itself.
func (s socket) close() error { return unix.Close(s.raw()) }

// rawAddr is an address as the kernel takes it, either family.
type rawAddr struct {
	data [unix.SizeofSockaddrInet6]byte
	size uint32
}

func newRawAddr(a netip.AddrPort) (r rawAddr) {
	if a.Addr().Is4() {
		sa := (*unix.RawSockaddrInet4)(unsafe.Pointer(&r.data))
		sa.Family, sa.Addr, r.size = unix.AF_INET, a.Addr().As4(), unix.SizeofSockaddrInet4
		putPort(&sa.Port, a.Port())
		return r
	}
	sa := (*unix.RawSockaddrInet6)(unsafe.Pointer(&r.data))
	sa.Family, sa.Addr, r.size = unix.AF_INET6, a.Addr().As16(), unix.SizeofSockaddrInet6
	putPort(&sa.Port, a.Port())
	return r
}

func (r *rawAddr) addrPort() netip.AddrPort {
	sa := (*unix.RawSockaddrInet6)(unsafe.Pointer(&r.data))
	if sa.Family == unix.AF_INET {
		four := (*unix.RawSockaddrInet4)(unsafe.Pointer(&r.data))
		return netip.AddrPortFrom(netip.AddrFrom4(four.Addr), port(&four.Port))
	}
	return netip.AddrPortFrom(netip.AddrFrom16(sa.Addr), port(&sa.Port))
}

// putPort and port know that the kernel wants a port in network order.
func putPort(to *uint16, p uint16) {
	b := (*[2]byte)(unsafe.Pointer(to))
	b[0], b[1] = byte(p>>8), byte(p)
}

func port(from *uint16) uint16 {
	b := (*[2]byte)(unsafe.Pointer(from))
	return uint16(b[0])<<8 | uint16(b[1])
}

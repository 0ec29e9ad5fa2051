//go:build linux && !portable

package media

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// batchSize is how many packets are taken from a socket at once. Nearly always
// there is one; it is video that comes in bursts.
const batchSize = 32

// mmsghdr is what recvmmsg(2) and sendmmsg(2) take for each packet.
type mmsghdr struct {
	hdr unix.Msghdr
	len uint32
}

// batch is the memory of one engine thread: packets on their way, and what the
// kernel wants to know about them. The calls below do not tell Go's scheduler,
// since none of them waits for anything.
type batch struct {
	bytes [batchSize][maxPacket + tail]byte
	from  [batchSize]rawAddr
	iov   [batchSize]unix.Iovec
	in    [batchSize]mmsghdr
	outV  [batchSize]unix.Iovec
	out   [batchSize]mmsghdr
	all   [batchSize]datagram
}

func newBatch() *batch {
	b := new(batch)
	for i := range b.in {
		b.iov[i].Base = &b.bytes[i][0]
		b.iov[i].SetLen(maxPacket)
		b.in[i].hdr.Name = &b.from[i].data[0]
		b.in[i].hdr.Iov = &b.iov[i]
		b.in[i].hdr.SetIovlen(1)
		b.out[i].hdr.Iov = &b.outV[i]
		b.out[i].hdr.SetIovlen(1)
	}
	return b
}

// receive takes what waits at a socket.
func (b *batch) receive(s socket) ([]datagram, error) {
	for i := range b.in {
		b.in[i].hdr.Namelen = unix.SizeofSockaddrInet6
	}
	n, _, errno := unix.RawSyscall6(unix.SYS_RECVMMSG, uintptr(s.raw()),
		uintptr(unsafe.Pointer(&b.in[0])), batchSize, 0, 0, 0)
	switch errno {
	case 0:
	case unix.EAGAIN, unix.EINTR:
		return nil, nil
	default:
		return nil, errno
	}
	for i := range b.all[:n] {
		b.all[i] = datagram{bytes: b.bytes[i][:b.in[i].len], from: b.from[i].addrPort()}
	}
	return b.all[:n], nil
}

// send sends packets to one address, and returns how many of them the network
// took.
func (b *batch) send(s socket, to *rawAddr, packets []datagram) int {
	if len(packets) == 1 {
		p := packets[0].bytes
		_, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(s.raw()),
			uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)), unix.MSG_NOSIGNAL,
			uintptr(unsafe.Pointer(&to.data)), uintptr(to.size))
		if errno != 0 {
			return 0
		}
		return 1
	}
	for i, p := range packets {
		b.outV[i].Base = &p.bytes[0]
		b.outV[i].SetLen(len(p.bytes))
		b.out[i].hdr.Name, b.out[i].hdr.Namelen = &to.data[0], to.size
	}
	sent := 0
	for sent < len(packets) {
		n, _, errno := unix.RawSyscall6(unix.SYS_SENDMMSG, uintptr(s.raw()),
			uintptr(unsafe.Pointer(&b.out[sent])), uintptr(len(packets)-sent), unix.MSG_NOSIGNAL, 0, 0)
		if errno != 0 {
			break // the first of the rest was refused: so would the others be
		}
		sent += int(n)
	}
	for i := range packets {
		b.out[i].hdr.Name = nil // it is the stream's
	}
	return sent
}

package sip

import (
	"encoding/binary"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// scoop reads a socket, and has the kernel tell how much is left. It is used
// again and again, so that reading leaves no garbage.
type scoop struct {
	told   [24]byte // a control message of an int
	vector unix.Iovec
	head   unix.Msghdr
}

func (s *scoop) prepare(raw syscall.RawConn) error {
	return raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_INQ, 1) // Linux before 4.18 does not tell
	})
}

// read tells with drained that nothing was left, neither bytes nor the end. A
// short read alone would not tell the latter. The call does not wait, so the
// scheduler need not know of it; the same goes for writeNow.
func (s *scoop) read(fd uintptr, b []byte) (n int, drained bool, err error) {
	s.vector.Base = unsafe.SliceData(b)
	s.vector.SetLen(len(b))
	s.head = unix.Msghdr{Iov: &s.vector, Control: &s.told[0]}
	s.head.SetIovlen(1)
	s.head.SetControllen(len(s.told))
	got, _, e := unix.RawSyscall(unix.SYS_RECVMSG, fd, uintptr(unsafe.Pointer(&s.head)), unix.MSG_DONTWAIT)
	s.vector.Base = nil
	if e != 0 {
		return 0, false, e
	}
	drained = int(s.head.Controllen) == len(s.told) && binary.NativeEndian.Uint32(s.told[unix.CmsgLen(0):]) == 0
	return int(got), drained, nil
}

// writeNow writes what a socket that does not wait takes.
func writeNow(fd uintptr, b []byte) (int, error) {
	n, _, e := unix.RawSyscall(unix.SYS_WRITE, fd, uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
	if e != 0 {
		return 0, e
	}
	return int(n), nil
}

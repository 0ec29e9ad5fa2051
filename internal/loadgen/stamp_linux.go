package main

import (
	"encoding/binary"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// stampArrivals has the kernel say when each datagram has come.
func stampArrivals(conn *net.UDPConn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	var refused error
	err = raw.Control(func(fd uintptr) {
		refused = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	})
	return firstOf(err, refused)
}

// arrived is when the kernel has received a packet, in nanoseconds: what it has
// waited for us does not count. The control message is a cmsghdr and a timespec.
func arrived(control []byte) int64 {
	if len(control) < unix.SizeofCmsghdr+16 {
		return time.Now().UnixNano()
	}
	t := control[unix.SizeofCmsghdr:]
	return int64(binary.NativeEndian.Uint64(t))*int64(time.Second) + int64(binary.NativeEndian.Uint64(t[8:]))
}

package main

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// mediaSettings are the flags of rtp.
type mediaSettings struct {
	callSettings
	via, ng string
	size    int
	pps     float64
}

// sendMedia is the command rtp.
func sendMedia(ctx context.Context, args []string, out io.Writer) error {
	var s mediaSettings
	f := callFlags("rtp", &s.callSettings)
	f.StringVar(&s.via, "via", "sip", "sip: calls of phones through the server; ng: rtpengine; direct: nothing, which tells what we can do ourselves")
	f.StringVar(&s.ng, "ng", "127.0.0.1:2223", "where rtpengine is told what to do")
	f.IntVar(&s.count, "n", 100, "calls")
	f.Float64Var(&s.pps, "pps", 50, "packets a second each way of a call")
	f.IntVar(&s.size, "size", 172, "bytes of a packet, RTP header and all")
	d := f.Duration("d", 4*time.Second, "how long packets are sent")
	if err := s.read(f, args); err != nil {
		return err
	}
	room, err := openStudio(ctx, s.size)
	if err != nil {
		return err
	}
	defer room.close()
	s.keep, s.media = true, room.socket.port
	switch s.via {
	case "sip":
		err = s.throughCalls(ctx, room, *d, out)
	case "ng":
		err = s.throughEngine(ctx, room, *d, out)
	case "direct":
		for n := range s.count {
			a, b := address(ofPhones, 2*n), address(ofPhones, 2*n+1)
			room.add(a, netip.AddrPortFrom(b, s.media))
			room.add(b, netip.AddrPortFrom(a, s.media))
		}
		err = s.play(room, *d, out)
	default:
		err = fmt.Errorf("-via is sip, ng or direct, not %q", s.via)
	}
	return err
}

// throughCalls plays in calls of phones.
func (s *mediaSettings) throughCalls(ctx context.Context, room *studio, d time.Duration, out io.Writer) error {
	o, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	if err := o.putUp(s.plan, s.label, out); err != nil {
		return err
	}
	for i := range o.calls {
		if c := &o.calls[i]; c.kept && c.media.IsValid() {
			room.add(o.phones[c.caller].from.Addr(), c.media)
		}
	}
	for i := range o.legs {
		if l := &o.legs[i]; l.live && l.media.IsValid() {
			room.add(o.phones[l.callee].from.Addr(), l.media)
		}
	}
	if len(room.streams) != 2*s.count {
		return fmt.Errorf("%d calls have %d streams", s.count, len(room.streams))
	}
	// Meanwhile phones answer what they are asked.
	var over atomic.Bool
	var phones sync.WaitGroup
	var failed error
	phones.Go(func() { _, failed = o.drive(plan{over: over.Load}, func() {}) })
	err = s.play(room, d, out)
	over.Store(true)
	phones.Wait()
	return firstOf(err, failed, o.letDown())
}

// play sends a few packets first, by which the server sees where they come from.
func (s *mediaSettings) play(room *studio, d time.Duration, out io.Writer) error {
	if _, err := room.play(min(s.pps, 10), 500*time.Millisecond, func() {}); err != nil {
		return err
	}
	server := process{s.pid}
	before, err := server.cpu()
	if err != nil {
		return err
	}
	result := row{Label: s.label, What: "packets"}
	var after time.Duration
	var asked error
	t, err := room.play(s.pps, d, func() {
		after, asked = server.cpu()
		if asked == nil {
			result.RSS, result.PSS, asked = server.memory()
		}
	})
	if err = firstOf(err, asked); err != nil {
		return err
	}
	result.fill(t, after-before)
	fmt.Fprintf(out, "%s; of %d sent %.3f %% lost, %.2f µs of processor a packet", result, room.sent,
		100*float64(result.Failed)/float64(max(room.sent, 1)), float64((after-before).Microseconds())/float64(max(t.good, 1)))
	if room.skipped > 0 {
		fmt.Fprintf(out, "; %d more were due, but the generator had no time", room.skipped)
	}
	fmt.Fprintln(out)
	return result.keep(s.rowFile)
}

package trunk

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"ringfence/sip"
	"ringfence/sip/resolve"
)

// keepProbing asks the targets whether they are there, until the line is dropped.
func (l *line) keepProbing() {
	every := time.Duration(l.sip.Probe) * time.Second
	timer := time.NewTimer(time.Duration(l.all.Random() * float64(min(every, time.Second))))
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			l.probe()
			timer.Reset(time.Duration(float64(every) * (0.9 + 0.2*l.all.Random())))
		case <-l.ctx.Done():
			return
		}
	}
}

// probe asks all targets at once, those that were found dead too: that is how
// they come back.
func (l *line) probe() {
	ctx, cancel := context.WithTimeout(l.ctx, l.all.pace.probe)
	defer cancel()
	ts, err := l.all.Resolver.Resolve(ctx, l.query())
	if err != nil {
		if l.ctx.Err() == nil {
			l.probed(resolve.Target{}, 0, err)
		}
		return
	}
	ts = ts[:min(len(ts), maxTargets)]
	trips, errs := make([]time.Duration, len(ts)), make([]error, len(ts))
	var all sync.WaitGroup
	for i := range ts {
		all.Go(func() { trips[i], errs[i] = l.probeAt(ctx, ts[i]) })
	}
	all.Wait()
	if l.ctx.Err() != nil {
		return
	}
	best := -1
	for i, t := range ts {
		switch {
		case errs[i] != nil:
			l.all.Dead.Mark(t, retryAfter(errs[i]))
		case best < 0:
			best = i
			fallthrough
		default:
			l.all.Dead.Clear(t)
		}
	}
	if best < 0 {
		l.probed(ts[0], 0, errs[0])
		return
	}
	l.probed(ts[best], trips[best], nil)
}

// probeAt sends OPTIONS. Whatever is answered is a sign of life, but that there is
// no service, or no way on.
func (l *line) probeAt(ctx context.Context, t resolve.Target) (time.Duration, error) {
	f, err := l.all.flowTo(ctx, t)
	if err != nil {
		return 0, err
	}
	sent := l.all.Now()
	res, err := l.all.ask(ctx, l.options(f), f)
	switch {
	case err != nil:
		return 0, err
	case res.StatusCode == 503 || res.StatusCode == 408:
		return 0, answered(res)
	}
	return l.all.Now().Sub(sent), nil
}

func (l *line) options(f sip.Flow) *sip.Request {
	to := l.registrar()
	req := sip.NewRequest(sip.OPTIONS, to)
	callID, hops, length := sip.CallIDHeader(rand.Text()), sip.MaxForwardsHeader(70), sip.ContentLengthHeader(0)
	us := sip.URI{Scheme: "sip", User: l.sip.Username, Host: host(l.domain())}
	req.AppendHeader(&hops)
	req.AppendHeader(&sip.FromHeader{Address: us, Params: sip.Params{{K: "tag", V: rand.Text()}}})
	req.AppendHeader(&sip.ToHeader{Address: to})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: sip.OPTIONS})
	req.AppendHeader(&sip.ContactHeader{Address: l.all.Stack.Contact(f, l.sip.Username)})
	req.AppendHeader(sip.NewHeader("Accept", "application/sdp"))
	req.AppendHeader(&length)
	return req
}

// probed notes what a probe found, and tells of a line that has gone.
func (l *line) probed(t resolve.Target, trip time.Duration, err error) {
	l.all.probes.Add(1)
	if err != nil {
		l.all.lost.Add(1)
	}
	l.mu.Lock()
	news := err != nil && (!l.asked || l.reachable)
	l.asked, l.reachable, l.trip = true, err == nil, trip
	if t.AddrPort.IsValid() && !l.registered {
		l.target = t
	}
	if err == nil && (l.registered || !l.sip.Register) {
		l.lastError = ""
	}
	l.mu.Unlock()
	if news {
		l.failed(err)
	}
}

// domain is that of From: the account's, or ours where there is none.
func (l *line) domain() string {
	if l.sip.FromDomain == "" && !l.sip.Register && l.all.Domain != "" {
		return l.all.Domain
	}
	return l.sip.Domain()
}

package trunk

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"ringfence/sip"
	"ringfence/sip/digest"
	"ringfence/sip/resolve"
)

const (
	defaultExpires = 3600
	maxTries       = 4 // requests of one registration: challenge, 423, stale, and one more
	maxTargets     = 4 // that one attempt goes to
)

// errRefused is an answer that another target would give too.
var errRefused = errors.New("refused")

// keepRegistered registers again and again, until the line is dropped; then it
// takes the registration back.
func (l *line) keepRegistered() {
	defer l.unregister()
	// Not all at once after a start.
	timer := time.NewTimer(time.Duration(l.all.Random() * float64(time.Second)))
	defer timer.Stop()
	failures := 0
	for {
		select {
		case <-timer.C:
		case <-l.again:
		case <-l.ctx.Done():
			return
		}
		granted, err := l.register()
		switch {
		case l.ctx.Err() != nil:
			return
		case err == nil:
			l.all.registrations.Add(1)
			failures = 0
			timer.Reset(l.all.refresh(granted))
		default:
			l.all.failures.Add(1)
			failures++
			wait := l.all.backoff(err, failures)
			l.failed(err)
			timer.Reset(wait)
		}
	}
}

// refresh is somewhere in the second half of what was granted, so that lines
// that began together do not stay together.
func (l *Lines) refresh(granted time.Duration) time.Duration {
	return max(time.Duration(float64(granted)*(0.5+0.4*l.Random())), l.pace.least)
}

// backoff doubles with each failure, less up to a half (RFC 5626 section 4.5). A
// refusal is not repeated soon: some who see the same wrong password again and
// again ban its sender.
func (l *Lines) backoff(err error, failures int) time.Duration {
	wait := min(l.pace.first<<min(failures-1, 10), l.pace.most)
	if errors.Is(err, digest.ErrPassword) || errors.Is(err, errRefused) {
		wait = l.pace.parole
	}
	return max(time.Duration(float64(wait)*(0.5+0.5*l.Random())), l.pace.least)
}

// register tries the targets in their order, and says for how long it is
// registered.
func (l *line) register() (time.Duration, error) {
	ts, err := l.targets(l.ctx)
	if err != nil {
		return 0, err
	}
	err = resolve.ErrNotFound
	for _, t := range ts[:min(len(ts), maxTargets)] {
		var granted time.Duration
		granted, err = l.registerAt(t, ts)
		switch {
		case err == nil:
			l.all.Dead.Clear(t)
			return granted, nil
		case errors.Is(err, errRefused), errors.Is(err, digest.ErrPassword), errors.Is(err, digest.ErrChallenge), l.ctx.Err() != nil:
			return 0, err
		}
		l.all.Dead.Mark(t, retryAfter(err))
	}
	return 0, err
}

// registerAt is RFC 3261 section 10.2 with one server.
func (l *line) registerAt(t resolve.Target, all []resolve.Target) (time.Duration, error) {
	f, err := l.all.flowTo(l.ctx, t)
	if err != nil {
		return 0, err
	}
	expires := l.sip.Expires
	if expires == 0 {
		expires = defaultExpires
	}
	sent := l.all.Now()
	res, err := l.exchange(l.ctx, f, &expires)
	if err != nil {
		return 0, err
	}
	granted := time.Duration(l.granted(res, f, expires)) * time.Second
	if granted <= 0 {
		return 0, fmt.Errorf("%w: the registration is not among the contacts", errRefused)
	}
	f.Keep(granted)
	l.succeeded(state{
		flow: f, target: t, expires: sent.Add(granted), addresses: addresses(all), routes: routes(res), trip: l.all.Now().Sub(sent),
	})
	return granted, nil
}

func addresses(ts []resolve.Target) (as []netip.Addr) {
	for _, t := range ts {
		if a := t.AddrPort.Addr(); !slices.Contains(as, a) {
			as = append(as, a)
		}
	}
	return as
}

// exchange sends REGISTER, with what the server asks for, until it is answered.
// It raises expires to what the server wants at least.
func (l *line) exchange(ctx context.Context, f sip.Flow, expires *int) (*sip.Response, error) {
	uri := l.registrar()
	var signed sip.Header
	var count uint32
	sign := func(proxy bool) {
		if s, ok := l.client.Ahead(proxy, string(sip.REGISTER), uri.String()); ok {
			signed, count = credentials(proxy, s.Value), s.Count
		}
	}
	sign(true)
	sign(false)
	for range maxTries {
		res, err := l.all.ask(ctx, l.request(f, uri, *expires, signed), f)
		if err != nil {
			return nil, err
		}
		proxy, least := res.StatusCode == 407, minExpires(res)
		switch {
		case res.IsSuccess():
			return res, nil
		case res.StatusCode == 401 || proxy:
			s, err := l.client.Answer(challenges(res), proxy, string(sip.REGISTER), uri.String(), count)
			if err != nil {
				return nil, fmt.Errorf("%w: %w", err, answered(res))
			}
			signed, count = credentials(proxy, s.Value), s.Count
		case res.StatusCode == 423 && *expires > 0 && least > *expires && least <= maxAsked: // RFC 3261 section 10.2.8
			*expires = least
			sign(true)
			sign(false)
		default:
			return nil, answered(res)
		}
	}
	return nil, fmt.Errorf("%w: too many challenges", errRefused)
}

// registrar is the domain, without a user (section 10.2).
func (l *line) registrar() sip.URI {
	u := sip.URI{Scheme: "sip", Host: host(l.sip.Host), Port: l.sip.Port}
	if l.sip.Transport == "tls" || l.sip.Transport == "tcp" {
		u.UriParams = sip.Params{{K: "transport", V: l.sip.Transport}}
	}
	return u
}

func (l *line) request(f sip.Flow, to sip.URI, expires int, signed sip.Header) *sip.Request {
	req := sip.NewRequest(sip.REGISTER, to)
	account := sip.URI{Scheme: "sip", User: l.sip.Username, Host: host(l.sip.Domain())}
	callID, hops, length := sip.CallIDHeader(l.callID), sip.MaxForwardsHeader(70), sip.ContentLengthHeader(0)
	seconds := sip.ExpiresHeader(expires)
	req.AppendHeader(&hops)
	req.AppendHeader(&sip.FromHeader{Address: account, Params: sip.Params{{K: "tag", V: l.tag}}})
	req.AppendHeader(&sip.ToHeader{Address: account})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: l.cseq.Add(1), MethodName: sip.REGISTER})
	req.AppendHeader(&sip.ContactHeader{Address: l.all.Stack.Contact(f, l.sip.Username)})
	req.AppendHeader(&seconds)
	req.AppendHeader(sip.NewHeader("Supported", "path"))
	if l.all.Agent != "" {
		req.AppendHeader(sip.NewHeader("User-Agent", l.all.Agent))
	}
	if signed != nil {
		req.AppendHeader(signed)
	}
	req.AppendHeader(&length)
	return req
}

// unregister takes the registration back (section 10.2.2), if there is one.
func (l *line) unregister() {
	l.mu.Lock()
	was, f := l.registered, l.flow
	l.registered, l.addresses = false, nil
	l.mu.Unlock()
	if !was {
		return
	}
	l.all.findSources()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), l.all.pace.leave)
	defer cancel()
	none := 0
	if _, err := l.exchange(ctx, f, &none); err != nil {
		l.all.Log.Warn("trunk does not unregister", "trunk", l.id, "error", err)
	}
}

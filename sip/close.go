package sip

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Close ends the stack: no more is read, what waits in the queues is handled,
// transactions end with ErrClosed, what is to be sent is sent, everything is
// closed, and every goroutine waited for. When ctx ends first, the sockets are
// closed all the same and its error is among those given. Closing twice is an
// ErrClosed.
func (s *Stack) Close(ctx context.Context) error {
	listeners, err := s.shut()
	if err != nil {
		return err
	}
	var errs []error
	for _, l := range listeners {
		errs = append(errs, l.stop())
	}
	conns := s.conns.close()
	for _, c := range conns {
		_ = c.line.stop()
	}
	errs = append(errs, await(ctx, "readers", &s.readers))
	s.abort()
	close(s.drain)
	errs = append(errs, await(ctx, "workers", &s.workers))
	for _, c := range conns {
		c.shut(true)
	}
	errs = append(errs, await(ctx, "senders", &s.senders))
	for _, l := range listeners {
		errs = append(errs, l.close())
	}
	return errors.Join(errs...)
}

// shut makes the stack refuse new listeners and gives those it has.
func (s *Stack) shut() ([]listener, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return nil, ErrClosed
	}
	s.quit()
	return s.listeners, nil
}

func (s *Stack) abort() {
	for _, t := range s.servers.close() {
		t.fail(ErrClosed)
	}
	for _, t := range s.clients.close() {
		t.fail(ErrClosed)
	}
	s.soon.close()
	s.late.close()
}

func await(ctx context.Context, what string, g *sync.WaitGroup) error {
	done := make(chan struct{})
	go func() {
		g.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close SIP stack: wait for %s: %w", what, ctx.Err())
	}
}

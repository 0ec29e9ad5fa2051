package sip

import "sync/atomic"

// Stats are counters since the start, but the last three: what is there now.
type Stats struct {
	In          uint64            // messages read, broken ones too
	Out         uint64            // messages given to a socket
	ParseErrors uint64            // of In
	Panics      uint64            // recovered in the parser or a callback
	Drops       map[string]uint64 // by reason; every reason is a key
	ServerTx    int               // server transactions live
	ClientTx    int               // client transactions live
	Connections int               // connections open
}

// drop is a reason for which something was thrown away.
type drop int

const (
	dropKeepalive   drop = iota // CRLF or NUL on UDP
	dropRefused                 // Config.Admit said no
	dropBroken                  // could not be parsed nor answered
	dropQueue                   // the worker's queue was full
	dropReadError               // a UDP socket gave an error
	dropConnections             // over the number of connections
	dropPerSource               // over the number of connections of one source
	dropAccept                  // accept failed
	dropResponse                // matches no client transaction, or has two Via
	dropLate2xx                 // a 2xx to an INVITE whose transaction is gone
	dropOwner                   // the owner did not drain Responses
	dropTx                      // over the number of transactions
	dropSocketFull              // nobody read a UDP socket in time; the kernel dropped it, and we were told
	dropSendError               // not sent: no route, a full socket, a connection that is gone
	dropSTUN                    // STUN that is no good binding request
	dropHandshake               // TLS or a WebSocket was begun and came to nothing
	dropEvicted                 // connections of nobody registered, closed to make room
	dropOverload                // as queue_full, but told to come again later: it was authenticated
	dropMerged                  // came a second time on another way, and was answered 482
	drops
)

var dropNames = [drops]string{
	"keepalive", "refused", "broken", "queue_full", "read_error",
	"connections", "connections_per_source", "accept_error",
	"unmatched_response", "late_2xx", "owner_slow", "transactions",
	"socket_full", "send_error", "stun",
	"handshake", "connections_evicted", "overload", "merged",
}

type counters struct {
	in, out, parseErrors, panics atomic.Uint64
	drops                        [drops]atomic.Uint64
}

func (c *counters) drop(d drop) { c.drops[d].Add(1) }

// Stats reads the counters.
func (s *Stack) Stats() Stats {
	st := Stats{
		In: s.count.in.Load(), Out: s.count.out.Load(),
		ParseErrors: s.count.parseErrors.Load(), Panics: s.count.panics.Load(),
		Drops:    make(map[string]uint64, drops),
		ServerTx: s.servers.size(), ClientTx: s.clients.size(),
		Connections: s.conns.size(),
	}
	for i := range s.count.drops {
		st.Drops[dropNames[i]] = s.count.drops[i].Load()
	}
	return st
}

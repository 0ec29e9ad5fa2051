package sip

// What follows is for owners that wait in a goroutine of their own: transactions
// whose news come by channel.

// ownerBuffer is how many responses wait for the owner of a transaction. The
// last of the places are for final ones.
const (
	ownerBuffer = 32
	finalPlaces = 8
)

// NewClientTx is Request for who reads Responses.
func (s *Stack) NewClientTx(req *Request, f Flow) (*ClientTx, error) {
	c := make(chan *Response, ownerBuffer)
	t, err := s.Request(req, f, func(res *Response, _ error) {
		if res == nil {
			close(c)
			return
		}
		s.offer(c, res)
	})
	if err != nil {
		return nil, err
	}
	t.responses = c
	return t, nil
}

// offer does not wait.
func (s *Stack) offer(c chan<- *Response, res *Response) {
	if res.IsProvisional() && len(c) >= ownerBuffer-finalPlaces {
		s.count.drop(dropOwner)
		return
	}
	select {
	case c <- res:
	default:
		s.count.drop(dropOwner)
	}
}

// Responses gives what Request gives to its function, when NewClientTx has made
// the transaction. It is closed when the transaction has ended for its owner, who
// must drain it until then: the stack does not wait, it drops what has no place
// and counts it.
func (t *ClientTx) Responses() <-chan *Response { return t.responses }

// NewServerTx is Accept for who waits for Cancelled and Done.
func (s *Stack) NewServerTx(req *Request, f Flow) *ServerTx {
	cancelled, done := make(chan struct{}), make(chan struct{})
	t := s.serverTx(req, f)
	t.cancelled, t.done = cancelled, done
	return t.admit(Watch{
		Cancelled: func() { close(cancelled) },
		Done:      func(error) { close(done) },
	})
}

// Cancelled is closed when a CANCEL has come before the final response, as
// Watch.Cancelled is called. It is for transactions of NewServerTx.
func (t *ServerTx) Cancelled() <-chan struct{} { return t.cancelled }

// Done is closed when nothing is left to do for the owner, as Watch.Done is
// called. It is for transactions of NewServerTx.
func (t *ServerTx) Done() <-chan struct{} { return t.done }

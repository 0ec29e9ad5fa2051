package simphone

import (
	"net/netip"
	"testing"

	"ringfence/sip"
)

// inbound is a call to the server.
type inbound struct {
	server *server
	invite *sip.Request
	flow   sip.Flow
	tx     *sip.ServerTx
}

func (in *inbound) respond(code int, reason string) {
	in.server.respond(in.tx, in.reply(code, reason))
}

func (in *inbound) reply(code int, reason string) *sip.Response {
	contact := in.server.stack.Contact(in.flow, "server")
	return sip.Reply(in.invite, code, reason, &sip.ContactHeader{Address: contact})
}

// answer sends 200 with our audio.
func (in *inbound) answer(a *audio) {
	body, err := a.respond(in.invite.Body())
	if err != nil {
		in.server.t.Errorf("answer an offer: %v", err)
	}
	res := in.reply(200, "OK")
	attach(res, body)
	in.server.respond(in.tx, res)
}

// dialog is the one that answer made.
func (in *inbound) dialog() *sip.Dialog {
	tag := in.reply(200, "OK").To().Params.GetOr("tag", "")
	d, err := sip.UASDialog(in.invite, tag, in.server.stack.Contact(in.flow, "server"))
	if err != nil {
		in.server.t.Errorf("dialog: %v", err)
	}
	return d
}

// request sends a request within the dialog and gives its final response.
func (in *inbound) request(req *sip.Request) *sip.Response {
	return in.server.final(req, in.flow)
}

// echo sends every packet back to where it came from, until the test ends.
func echo(t *testing.T) *audio {
	a, err := openAudio(Config{ListenIP: netip.MustParseAddr("127.0.0.1")})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b := make([]byte, maxPacket)
		for {
			n, from, err := a.conn.ReadFromUDPAddrPort(b)
			if err != nil {
				return
			}
			_, _ = a.conn.WriteToUDPAddrPort(b[:n], from)
		}
	}()
	t.Cleanup(func() {
		a.close()
		<-done
	})
	return a
}

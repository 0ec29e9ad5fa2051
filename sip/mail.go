package sip

// Mail is messages that are sent together: those to one UDP socket with one
// system call for many, those to one connection with one write. It belongs to
// one goroutine. The zero Mail is empty.
//
//	out.Post(f, o.Reply(out.Room(), f, 200, "OK", ...))
type Mail struct {
	bytes   []byte
	letters []letter
}

// letter is one message of a Mail.
type letter struct {
	flow     Flow
	from, to int // of bytes
}

// Room is where the next message is appended; what the append returns goes to
// Post.
func (m *Mail) Room() []byte { return m.bytes[len(m.bytes):] }

// Len is how many messages wait.
func (m *Mail) Len() int { return len(m.letters) }

// Post adds the message that was appended to Room.
func (m *Mail) Post(f Flow, message []byte) {
	from := len(m.bytes)
	m.bytes = append(m.bytes, message...) // in place, unless the append has moved it
	m.letters = append(m.letters, letter{f, from, len(m.bytes)})
}

// Send sends everything and empties the Mail. An error of one message is
// counted and keeps no other back.
func (m *Mail) Send() {
	for _, l := range m.letters {
		_ = l.flow.write(append([]byte(nil), m.bytes[l.from:l.to]...))
	}
	m.bytes, m.letters = m.bytes[:0], m.letters[:0]
}

package sip

// keptMail is how many bytes an empty Mail may keep for the next messages, even
// if it needed far fewer now.
const keptMail = 1 << 20

// Mail is messages that are sent together: those to one UDP socket with one
// system call for many, those to one connection with one write. It belongs to
// one goroutine. The zero Mail is empty.
//
//	out.Post(f, o.Reply(out.Room(), f, 200, "OK", ...))
type Mail struct {
	bytes   []byte
	letters []letter
	lane    int // which of a UDP listener's sockets to send from
}

// letter is one message of a Mail.
type letter struct {
	flow     Flow
	from, to int // of bytes
}

// Room is where the next message is appended; what the append returns goes to
// Post, before Room is asked for again.
func (m *Mail) Room() []byte { return m.bytes[len(m.bytes):] }

// Len is how many messages wait.
func (m *Mail) Len() int { return len(m.letters) }

// Post adds the message that was appended to Room. It may be any other bytes as
// well; they are copied.
func (m *Mail) Post(f Flow, message []byte) {
	from := len(m.bytes)
	m.bytes = append(m.bytes, message...) // in place, unless the append has moved it
	m.letters = append(m.letters, letter{f, from, len(m.bytes)})
}

// Send sends everything and empties the Mail. What goes to one flow leaves in
// the order of Post. An error of one message is counted and keeps no other back.
func (m *Mail) Send() {
	for i := range m.letters {
		l := &m.letters[i]
		switch s := l.flow.sender.(type) {
		case nil: // it left with others, or is for nowhere
		case *udpListener:
			s.deliver(m, i)
		case *stream:
			m.join(s, i)
		default:
			_ = s.send(l.flow.Local, l.flow.Remote, m.bytes[l.from:l.to])
		}
	}
	m.empty()
}

// join sends the letter at first in one write with those to the same connection
// that follow it with no other connection between. Letters by UDP do not part
// them, their order to each other means nothing.
func (m *Mail) join(c *stream, first int) {
	last, n := m.run(c, first)
	all := m.bytes[m.letters[first].from:m.letters[last].to]
	if c.web() || n < last-first+1 { // they are not what is to be written
		all = nil
		for _, l := range m.letters[first : last+1] {
			if l.flow.sender == sender(c) {
				all = c.framed(all, m.bytes[l.from:l.to])
			}
		}
	}
	for i := first; i <= last; i++ {
		if l := &m.letters[i]; l.flow.sender == sender(c) {
			l.flow.sender = nil // it has left with the first
		}
	}
	if c.post(all) != nil {
		c.stack.count.drops[dropSendError].Add(uint64(n))
		return
	}
	c.stack.count.out.Add(uint64(n))
}

// run finds the last of the letters that leave with the one at first, and how
// many they are.
func (m *Mail) run(c *stream, first int) (last, n int) {
	last, n = first, 1
	for i := first + 1; i < len(m.letters); i++ {
		other, ok := m.letters[i].flow.sender.(*stream)
		switch {
		case ok && other != c:
			return last, n
		case ok:
			last = i
			n++
		}
	}
	return last, n
}

// empty keeps the room for the next messages, but not a lot of it for few.
func (m *Mail) empty() {
	clear(m.letters) // a flow keeps its connection in memory
	if cap(m.bytes) > keptMail && len(m.bytes) < cap(m.bytes)/4 {
		m.bytes, m.letters = nil, nil
		return
	}
	m.bytes, m.letters = m.bytes[:0], m.letters[:0]
}

package store

// noteBatch is what waits for the next commit. Its text is the entry of the log,
// with room for the time at its beginning.
type noteBatch struct {
	text  []byte
	notes []callNote
}

// callNote is one line of a batch.
type callNote struct {
	row  cdrRow // without document
	from int    // of the text; it ends where the next one begins, with a line end
	done func(error)
}

// begin adds a note, whose line is to follow.
func (b *noteBatch) begin(n callNote) {
	if len(b.text) == 0 {
		b.text = append(b.text, make([]byte, timeSize)...)
	}
	n.from = len(b.text)
	b.notes = append(b.notes, n)
}

// line is a note of the batch, with its line end.
func (b *noteBatch) line(i int) []byte {
	if i+1 < len(b.notes) {
		return b.text[b.notes[i].from:b.notes[i+1].from]
	}
	return b.text[b.notes[i].from:]
}

// keepRecords adds the records of a batch that could not be written, as far as
// there is room: without them their calls would be INTERRUPTED, whenever the server
// ends, or would never have been.
func (b *noteBatch) keepRecords(of *noteBatch) {
	for i := range of.notes {
		n := &of.notes[i]
		if n.row.ended.IsZero() || len(b.notes) >= maxNotes || len(b.text) >= maxNoteBytes {
			continue
		}
		b.begin(callNote{row: n.row})
		b.text = append(b.text, of.line(i)...)
	}
}

// again writes the records that the disk has refused.
func (l *ledger) again() {
	b := &l.failed
	if len(b.notes) == 0 || l.log.append(b) != nil {
		return // whoever noted them was told of it
	}
	l.written.Add(uint64(len(b.notes)))
	l.s.Log.Info("call records that could not be saved before are saved", "calls", len(b.notes))
	*b = noteBatch{}
}

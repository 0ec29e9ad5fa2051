package guard

import "time"

// The sizes of the tables, in rows, and what a row takes with its tag. They are
// some 8 MiB together, of which the kernel gives what is used.
const (
	provenRows = 1 << 16 // 44 bytes: sources with phones
	rightRows  = 1 << 18 //  8 bytes: phones with their sources
	scoreRows  = 1 << 15 // 20 bytes: sources that something speaks against
	pairRows   = 1 << 16 // 20 bytes: sources with the usernames that failed there
	nameRows   = 1 << 15 // 20 bytes: usernames with wrong passwords
)

// second is a moment in whole seconds since the guard was made, beginning at 1;
// 0 is never.
type second uint32

func (s second) plus(d time.Duration) second { return s + second(d/time.Second) }

func seconds(d time.Duration) second { return second(d/time.Second) + 1 }

// after says whether at least d has passed since s.
func (now second) after(s second, d time.Duration) bool { return now >= s.plus(d) }

// proven is a source behind which phones have proven themselves. Which they were
// is kept as the bits of their names' hashes, in two generations.
type proven struct {
	meters     [2]meter // of UDP and of connections
	seen       uint64
	seenBefore uint64
	since      second // when seen began
	last       second
}

func (r *proven) worth() uint64 { return uint64(r.last) }

// right is a pair of source and username with a right password.
type right struct{ last second }

func (r *right) worth() uint64 { return uint64(r.last) }

// score is what speaks against a source.
type score struct {
	points uint32 // in tenths
	since  second // when they began to be counted
	until  second // end of the last ban
	level  uint8  // how many bans in a row
	sure   bool   // some of the points cannot be forged
}

func (r *score) worth() uint64 {
	return uint64(r.level)<<58 | uint64(min(r.points, limit*tenfold))<<34 | uint64(r.since)
}

// pair is a source and a username that failed there.
type pair struct {
	since    second // when the failures began to be counted
	held     second // held off until then
	heldAt   second // and since then
	failures uint16
	level    uint8 // how many holds in a row
}

func (r *pair) worth() uint64 { return uint64(max(r.since, r.held)) }

// name is a username with wrong passwords from wherever.
type name struct {
	since    second
	held     second // slowed until then
	forgiven second // holds of pairs from before then are void
	failures uint32
}

func (r *name) worth() uint64 { return uint64(max(r.since, r.held, r.forgiven)) }

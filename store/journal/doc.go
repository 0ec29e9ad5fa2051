// Package journal is a log of entries in files: what Append has returned for
// survives a power cut, what nobody needs any more is trimmed from its beginning,
// and at a start the rest is read again in order.
//
// It is for what changes thousands of times a second and is worth an hour:
// an entry costs one write and one sync of a file that is as long as it will ever
// be, where a row in the database costs the pages of a tree. It knows nothing of what
// is in an entry, and finds none but by reading all.
//
// The files are segments of a fixed size, named by the number of their first
// entry. A segment all of whose entries are trimmed becomes a spare, which is
// written over in its turn: its blocks are allocated, so that a sync is data alone.
// A record is the length of its entry, a CRC-32C, and the entry; the sum is also over the
// entry's number, so that what a spare held before is no entry.
//
// The end of the journal is where a record does not fit its sum. An entry that was
// being written when the machine died ends there; it was never answered for.
package journal

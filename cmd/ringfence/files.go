package main

import "log/slog"

// maxSIPConns is how many connections of phones there are at a time, if the
// system lets us open so many files.
const maxSIPConns = 20_000

// What part of the files that may be open goes to connections: of phones a half,
// of each HTTP listener an eighth. The rest is for media and the store. Without
// that, who opens connections and says nothing would shut out all others: the
// limits make room for phones, the system does not.
const (
	sipPart = 2
	webPart = 8
)

// share is so many as there should be, or the part of the open files when that
// is less. files is 0 when it is unknown.
func share(most, files, part int) int {
	if files == 0 {
		return most
	}
	return max(1, min(most, files/part))
}

// sipConns is how many connections of phones there may be.
func sipConns(files int, log *slog.Logger) int {
	n := share(maxSIPConns, files, sipPart)
	if n < maxSIPConns {
		log.Warn("fewer connections of phones, for want of open files", "connections", n, "instead", maxSIPConns, "files", files)
	}
	return n
}

package mgmt

// Rows is the table of routes, for the test that walks it: "GET /customer" and
// the lowest level, "" for anyone.
func (s *Server) Rows() map[string]string {
	rows := map[string]string{}
	for _, r := range s.table() {
		rows[r.method+" "+r.path] = string(r.level)
	}
	return rows
}

// Heartbeat is how often an idle event stream is written to.
const Heartbeat = streamHeartbeat

// Bounds of the event streams.
const (
	MaxStreams    = maxStreams
	MaxStreamsOne = maxStreamsOne
)

package mgmt

// status tells what the rooms count.
func (s *Server) status(*call) (any, error) { return s.Config.Stats(), nil }

package mgmt

import "fmt"

func (s *Server) listCDRs(c *call) (any, error) {
	q, err := s.query(c, bounds{normal: 100, most: 10000})
	if err != nil {
		return nil, err
	}
	list, total, err := s.CDRs.ListCDRs(c.Request.Context(), q)
	if err != nil {
		return nil, fmt.Errorf("list call records: %w", err)
	}
	return listing(q, total, "cdrs", list), nil
}

package mgmt

import (
	"fmt"
	"maps"
	"strings"

	"ringfence/phone"
)

// listAudit is GET /audit: who changed what, newest first.
func (s *Server) listAudit(c *call) (any, error) {
	q, err := s.query(c, bounds{normal: 100, most: 1000})
	if err != nil {
		return nil, err
	}
	list, total, err := s.Audit.ListAudit(c.Request.Context(), q)
	if err != nil {
		return nil, fmt.Errorf("list the audit log: %w", err)
	}
	return listing(q, total, "entries", each(list, func(e *phone.AuditEntry) *phone.AuditEntry { return seenEntry(c.caller, e) })), nil
}

// seenEntry is the entry less the properties that the caller may not see. The
// entry stays, so that a page has as many as its limit says.
func seenEntry(c caller, e *phone.AuditEntry) *phone.AuditEntry {
	shown := *e
	shown.Changes = maps.Clone(e.Changes)
	maps.DeleteFunc(shown.Changes, func(property string, _ phone.Values) bool { return hidden(c, e.Entity, property) })
	if hidden(c, e.Entity, "address") { // by which the path may name a ban
		shown.Call = ""
	}
	return &shown
}

// hidden says whether the caller may not see a property of such an object.
func hidden(c caller, entity, property string) bool {
	switch {
	case strings.HasPrefix(property, "purchaseInfo."):
		return !c.level.AtLeast(purchaseSeen)
	case entity == "product" && (property == "cost" || property == "wholesale"):
		return !c.level.AtLeast(costsSeen)
	case entity == "trunk" && (property == "customers" || property == "rates"):
		return !c.level.AtLeast(lineWritten)
	case entity == "ban": // of the whole server
		return !c.level.AtLeast(phone.Admin)
	}
	return false
}

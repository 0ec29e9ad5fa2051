package store

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"ringfence/phone"
)

// selection is the WHERE of a list: conditions, all of which must hold, and
// their arguments.
type selection struct {
	conditions []string
	args       []any
}

func (s *selection) where(condition string, args ...any) {
	s.conditions = append(s.conditions, condition)
	s.args = append(s.args, args...)
}

func (s *selection) clause() string {
	if len(s.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(s.conditions, " AND ")
}

// owned limits the list to a customer, or to a reseller and its customers; column
// is where the list has its customer.
func (s *selection) owned(column string, q phone.Query) {
	if q.Customer != "" {
		s.where(column+" = ?", q.Customer)
	}
	if q.Reseller != "" {
		s.where("("+column+" = ? OR "+column+" IN (SELECT id FROM customers WHERE parent_reseller = ?))", q.Reseller, q.Reseller)
	}
}

// ownedOrCommon is owned, and what belongs to nobody.
func (s *selection) ownedOrCommon(column string, q phone.Query) {
	var whose selection
	whose.owned(column, q)
	if len(whose.conditions) > 0 {
		s.where("("+column+" IS NULL OR "+strings.Join(whose.conditions, " AND ")+")", whose.args...)
	}
}

// matching limits the list to what has the text in one of the expressions, in
// either case of the letters.
func (s *selection) matching(text string, expressions ...string) error {
	switch {
	case text == "":
		return nil
	case len(text) > phone.MaxFilter: // SQLite has a limit of its own, whose error would be ours
		return phone.LongFilter()
	}
	has, sought := `%s LIKE ? ESCAPE '\'`, pattern(text)
	if !isASCII(text) { // LIKE knows the two cases of A to Z, and calls nobody for it
		has, sought = "instr("+folded+"(coalesce(%s, '')), ?) > 0", phone.Fold(text)
	}
	var either []string
	var args []any
	for _, e := range expressions {
		either = append(either, fmt.Sprintf(has, e))
		args = append(args, sought)
	}
	s.where("("+strings.Join(either, " OR ")+")", args...)
	return nil
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// pattern is the LIKE pattern for the text anywhere, its own wildcards escaped.
func pattern(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}

package store

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"time"
)

// column shadows a property in a document: a nil *column with the JSON name of
// an embedded field hides that field, so that what has a column of its own is
// neither written into the document nor read from it.
type column struct{}

// inserting is the statement that adds a row with all these columns.
func inserting(table, columns string) string {
	return "INSERT INTO " + table + " (" + columns + ") VALUES (" + placeholders(columns) + ")"
}

// updating is the statement that sets all these columns of the row with an id,
// which is the last argument.
func updating(table, columns string) string {
	return "UPDATE " + table + " SET (" + columns + ") = (" + placeholders(columns) + ") WHERE id = ?"
}

// placeholders are as many question marks as there are columns.
func placeholders(columns string) string {
	return "?" + strings.Repeat(", ?", strings.Count(columns, ","))
}

// nullable stores an empty string as NULL: "none" must not collide in a unique
// index and must not refer to anything.
type nullable[T ~string] struct{ at *T }

func orNull[T ~string](at *T) nullable[T] { return nullable[T]{at} }

// Scan reads a column.
func (n nullable[T]) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*n.at = ""
	case string:
		*n.at = T(v)
	default:
		return fmt.Errorf("a text was expected, not %T", v)
	}
	return nil
}

// Value writes a column.
func (n nullable[T]) Value() (driver.Value, error) {
	if *n.at == "" {
		return nil, nil
	}
	return string(*n.at), nil
}

// milliseconds stores a time as whole milliseconds since 1970, and the zero time
// as NULL. It reads UTC.
type milliseconds struct{ at *time.Time }

// Scan reads a column.
func (m milliseconds) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*m.at = time.Time{}
	case int64:
		*m.at = time.UnixMilli(v).UTC()
	default:
		return fmt.Errorf("milliseconds were expected, not %T", v)
	}
	return nil
}

// Value writes a column.
func (m milliseconds) Value() (driver.Value, error) {
	if m.at.IsZero() {
		return nil, nil
	}
	return m.at.UnixMilli(), nil
}

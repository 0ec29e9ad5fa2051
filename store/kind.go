package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"

	"ringfence/phone"
)

// kind is how one sort of object is stored, and what is done beside when one of
// them changes.
type kind[T any] struct {
	name    string // for people: "SIP phone not found"
	entity  string // in the audit log
	table   string
	columns string         // "" is id and document
	fields  func(*T) []any // where each of the columns is read from and written to; nil with columns ""

	id       func(*T) *phone.ID
	customer func(*T) *phone.ID      // nil: it belongs to nobody
	owner    string                  // the column that holds its customer; "" for none
	employee string                  // the column that holds whose it is within the customer; "" for none
	kept     string                  // the condition for what is not marked deleted; "" for none
	common   bool                    // what belongs to nobody is in everybody's list
	refers   func(*T) []phone.ID     // what it needs, which therefore stays
	usedAs   func(phone.ID) phone.ID // how others refer to it; nil is by its id
	audited  func(*T) any            // what the audit log compares; nil is the object

	search string              // where a filter is looked for, one expression
	sorts  map[string][]string // what a list can be sorted by, and the expressions of it
	order  string              // when the query says nothing

	number     func(*T) string             // that can be dialled, unique within the customer; nil for none
	prepare    func(*T) error              // gives a new one what it has not been given
	clone      func(*T) *T                 // nil: a copy is read anew
	configures func(before, after *T) bool // whether the phones that use it have to fetch again; nil is never
	saving     func(ctx context.Context, t *tx, before, after *T) error
	publish    func(t *tx, before, after *T) // in the Book, after the commit; before or after is nil
}

func (k *kind[T]) scan(row scanner) (*T, error) {
	var object T
	return &object, row.Scan(k.fields(&object)...)
}

// withDefaults fills in what a kind of documents leaves out.
func (k kind[T]) withDefaults() *kind[T] {
	if k.columns == "" {
		k.columns = "id, document"
		k.fields = func(object *T) []any { return []any{k.id(object), document{object}} }
	}
	if k.order == "" {
		k.order = "id"
	}
	if k.customer == nil {
		k.customer = func(*T) *phone.ID { return new(phone.ID) }
	}
	if k.refers == nil {
		k.refers = func(*T) []phone.ID { return nil }
	}
	if k.usedAs == nil {
		k.usedAs = func(id phone.ID) phone.ID { return id }
	}
	if k.number == nil {
		k.number = func(*T) string { return "" }
	}
	if k.audited == nil {
		k.audited = func(object *T) any { return object }
	}
	if k.prepare == nil {
		k.prepare = func(*T) error { return nil }
	}
	if k.configures == nil {
		k.configures = func(_, _ *T) bool { return false }
	}
	if k.saving == nil {
		k.saving = func(context.Context, *tx, *T, *T) error { return nil }
	}
	if k.publish == nil {
		k.publish = func(*tx, *T, *T) {}
	}
	return &k
}

func (k *kind[T]) byID(ctx context.Context, q querier, id phone.ID) (*T, error) {
	return one(ctx, q, k.scan, notFound(k.name), "SELECT "+k.columns+" FROM "+k.table+" WHERE id = ?", id)
}

// listing chooses the rows of a list and their order.
func (k *kind[T]) listing(q phone.Query) (listing, error) {
	l := listing{columns: k.columns, table: k.table, order: k.order}
	switch {
	case k.common:
		l.ownedOrCommon(k.owner, q)
	case k.owner != "":
		l.owned(k.owner, q)
	}
	if k.kept != "" && !q.Deleted {
		l.where(k.kept)
	}
	if k.employee != "" && q.Employee != "" {
		l.where(k.employee+" = ?", q.Employee)
	}
	if err := l.matching(q.Filter, k.search); err != nil {
		return l, err
	}
	if q.Sort == "" {
		return l, nil
	}
	name, descending := strings.CutPrefix(q.Sort, "-")
	by, ok := k.sorts[name]
	if !ok {
		return l, phone.UnknownSort(q.Sort)
	}
	direction := ", "
	if descending {
		direction = " DESC, "
	}
	l.order = strings.Join(by, direction) + direction + "id"
	return l, nil
}

// same says whether the two would be written alike.
func (k *kind[T]) same(a, b *T) (bool, error) {
	was, is := k.fields(a), k.fields(b)
	for i := range was {
		old, err := driver.DefaultParameterConverter.ConvertValue(was[i])
		if err != nil {
			return false, fmt.Errorf("compare an object: %w", err)
		}
		now, err := driver.DefaultParameterConverter.ConvertValue(is[i])
		if err != nil {
			return false, fmt.Errorf("compare an object: %w", err)
		}
		if old != now {
			return false, nil
		}
	}
	return true, nil
}

// document is an object as the JSON text of a column. Columns that a query needs
// beside it are generated from it.
type document struct{ object any }

// Scan reads the column.
func (d document) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("a document was expected, not %T", v)
	}
	if text == "{}" { // that of most phones
		return nil
	}
	if err := json.Unmarshal([]byte(text), d.object); err != nil {
		return fmt.Errorf("read a document: %w", err)
	}
	return nil
}

// Value writes the column.
func (d document) Value() (driver.Value, error) {
	text, err := json.Marshal(d.object)
	if err != nil {
		return nil, fmt.Errorf("write a document: %w", err)
	}
	return string(text), nil
}

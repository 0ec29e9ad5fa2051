package mgmt

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ringfence/phone"
)

// bulkReport tells what became of each line of a sheet.
type bulkReport struct {
	Created int        `json:"created"`
	Failed  int        `json:"failed"`
	Lines   []bulkLine `json:"lines"`
}

type bulkLine struct {
	Line     int       `json:"line"`
	ID       phone.ID  `json:"_id,omitempty"`
	MAC      phone.MAC `json:"macAddress,omitempty"`
	Username string    `json:"username,omitempty"`
	Error    *body     `json:"error,omitempty"`
}

// bulk creates the phones of one sheet.
type bulk struct {
	*Server
	customer phone.ID
	dry      bool // judge and create nothing
	models   map[string]phone.ID
	rows     []*bulkRow
}

// bulkRow is a line on its way.
type bulkRow struct {
	number int
	patch  phone.Patch
	mac    phone.MAC
	made   *phone.Phone // nil unless it was created, or in a dry run could be
	err    error
}

// createPhones is POST /pbx/sipphone/bulk: a phone for each line of a CSV. A
// line that is refused does not undo the others.
func (s *Server) createPhones(c *call) (any, error) {
	dry, wrong := c.isSet("dryRun")
	if err := wrong.Err(); err != nil { // what is not understood creates no phones
		return nil, err
	}
	body, err := c.bytes()
	if err != nil {
		return nil, err
	}
	sh, err := readSheet(body)
	if err != nil {
		return nil, err
	}
	if err := mayFill(c.caller, sh.paths); err != nil {
		return nil, err
	}
	customer, err := s.ownerOf(c.caller, identifier(c.Query("customer")))
	if err != nil {
		return nil, err
	}
	if !s.Book.Active(customer) {
		return nil, phone.Fault(phone.NoCustomer)
	}
	b := &bulk{Server: s, customer: customer, dry: dry}
	if err := b.read(c.Request.Context(), sh); err != nil {
		return nil, err
	}
	if err := b.run(c.changing()); err != nil {
		if gone := c.Request.Context().Err(); gone != nil {
			return nil, fmt.Errorf("create phones: %w", gone)
		}
		s.logFailure(c.Context, err)
	}
	return b.report(c), nil
}

// mayFill refuses columns that the caller may not write: left out silently, they
// would be missed in all the phones, and late.
func mayFill(c caller, paths []string) error {
	for _, path := range paths {
		if strings.HasPrefix(path, "purchaseInfo.") && !c.level.AtLeast(purchaseWritten) {
			return &phone.Error{Kind: phone.Denied, Key: path, Text: "Insufficient access level"}
		}
	}
	return nil
}

// read turns the lines into patches.
func (b *bulk) read(ctx context.Context, sh *sheet) error {
	models, _, err := b.Models.List(ctx, phone.Query{})
	if err != nil {
		return fmt.Errorf("list models: %w", err)
	}
	b.models = modelsByName(models)
	for _, line := range sh.lines {
		row := &bulkRow{number: line.number}
		for i, path := range sh.paths {
			switch path {
			case "macAddress":
				row.mac, _ = phone.ParseMAC(line.cells[i]) // the patch tells of a bad one
			case "sipPhoneModel":
				line.cells[i] = b.model(line.cells[i])
			case "extension":
				line.cells[i] = b.extension(line.cells[i])
			}
		}
		row.patch = phone.FromRow(sh.paths, line.cells)
		b.rows = append(b.rows, row)
	}
	return nil
}

// modelsByName finds models by what stands on them. A name that two of them have
// names none.
func modelsByName(models []*phone.Model) map[string]phone.ID {
	byName := map[string]phone.ID{}
	for _, m := range models {
		for _, brand := range []string{m.Brand, m.BrandName} {
			name := modelName(brand + " " + m.Model)
			if other, taken := byName[name]; taken && other != m.ID {
				byName[name] = ""
				continue
			}
			byName[name] = m.ID
		}
	}
	return byName
}

// modelName brings a name into the form in which names are compared.
func modelName(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// model is the id of a model by its name. What names none stays, for the check
// to refuse.
func (b *bulk) model(cell string) string {
	if id := b.models[modelName(cell)]; id != "" {
		return string(id)
	}
	return cell
}

// extension is the same for the number of an extension.
func (b *bulk) extension(cell string) string {
	if e := b.Book.ByNumber(b.customer, cell); e != nil {
		return string(e.ID)
	}
	return cell
}

// report tells of every line; one that nobody came to has failed too.
func (b *bulk) report(c *call) bulkReport {
	out := bulkReport{Lines: make([]bulkLine, len(b.rows))}
	for i, row := range b.rows {
		line := bulkLine{Line: row.number, MAC: row.mac}
		if row.made == nil {
			out.Failed++
			line.Error = told(c, row.err)
		} else {
			out.Created++
			line.MAC = row.made.MAC
			if !b.dry {
				line.ID, line.Username = row.made.ID, row.made.Username
			}
		}
		out.Lines[i] = line
	}
	return out
}

// told is an error within an answer.
func told(c *call, err error) *body {
	var e *phone.Error
	if !errors.As(err, &e) || e.Kind == phone.Internal {
		e = internal(c.Context)
	}
	b := tell(e)
	return &b
}

package store

import (
	"context"
	"encoding/json"
	"fmt"

	"ringfence/phone"
)

// phoneColumns are the columns of a phone that its owner sets, in the order of
// phoneRow.fields. What is known of it while it runs is in recordColumns.
const phoneColumns = `id, customer, extension, model, cluster, mac, handset_index, handset_address,
	username, password, ip_mode, ip_countries, ip_address, notes, document`

// phoneDocument is a phone less the properties that have a column.
type phoneDocument struct {
	*phone.Phone
	ID             *column `json:"_id,omitempty"`
	Customer       *column `json:"customer,omitempty"`
	Extension      *column `json:"extension,omitempty"`
	Model          *column `json:"sipPhoneModel,omitempty"`
	PBXCluster     *column `json:"pbxCluster,omitempty"`
	MAC            *column `json:"macAddress,omitempty"`
	HandsetIndex   *column `json:"handsetIndex,omitempty"`
	HandsetAddress *column `json:"handsetAddress,omitempty"`
	Username       *column `json:"username,omitempty"`
	Password       *column `json:"password,omitempty"`
	IP             *column `json:"ip,omitempty"`
	Notes          *column `json:"notes,omitempty"`
}

// phoneRow is a phone between the table and the domain.
type phoneRow struct {
	phone.Phone
	document []byte
}

// fields are where each of phoneColumns is read from and written to, but for the
// document, which is the last.
func fields(p *phone.Phone) []any {
	return []any{
		&p.ID, &p.Customer, orNull(&p.Extension), &p.Model, &p.PBXCluster,
		orNull(&p.MAC), &p.HandsetIndex, &p.HandsetAddress,
		&p.Username, &p.Password, &p.IP.Mode, &p.IP.Countries, &p.IP.Address, &p.Notes,
	}
}

func scanPhone(row scanner) (*phone.Phone, error) { return scanPhoneAnd(row) }

// scanPhoneAnd reads the columns of a phone and then those that follow them.
func scanPhoneAnd(row scanner, more ...any) (*phone.Phone, error) {
	var r phoneRow
	if err := row.Scan(append(append(fields(&r.Phone), &r.document), more...)...); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(r.document, &phoneDocument{Phone: &r.Phone}); err != nil {
		return nil, fmt.Errorf("document of phone %s: %w", r.ID, err)
	}
	return &r.Phone, nil
}

// phoneValues are the arguments for phoneColumns.
func phoneValues(p *phone.Phone) ([]any, error) {
	document, err := json.Marshal(phoneDocument{Phone: p})
	if err != nil {
		return nil, fmt.Errorf("document of phone %s: %w", p.ID, err)
	}
	return append(fields(p), string(document)), nil
}

// insertPhone writes a new phone. Its configuration counts as saved now.
func insertPhone(ctx context.Context, t *tx, p *phone.Phone) error {
	values, err := phoneValues(p)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, inserting("phones", phoneColumns+", config_saved"), append(values, milliseconds{&t.now})...)
	return err
}

// updatePhone writes all columns of a phone.
func updatePhone(ctx context.Context, t *tx, p *phone.Phone) error {
	values, err := phoneValues(p)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, updating("phones", phoneColumns), append(values, p.ID)...)
	return err
}

// phoneByID reads a phone; phone.NoPhone when there is none.
func phoneByID(ctx context.Context, q querier, id phone.ID) (*phone.Phone, error) {
	return one(ctx, q, scanPhone, phone.Fault(phone.NoPhone),
		"SELECT "+phoneColumns+" FROM phones WHERE id = ?", id)
}

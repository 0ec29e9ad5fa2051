package store

import (
	"context"

	"ringfence/phone"
)

// phoneColumns are the columns of a phone that its owner sets, in the order of
// phoneFields. What is known of it while it runs is in recordColumns.
const phoneColumns = `id, customer, extension, model, cluster, mac, handset_index, handset_address,
	username, password, ip_mode, ip_countries, ip_address, notes, old_credentials, document`

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

// phoneFields are where each of phoneColumns is read from and written to.
func phoneFields(p *phone.Phone) []any {
	return []any{
		&p.ID, &p.Customer, orNull(&p.Extension), &p.Model, &p.PBXCluster,
		orNull(&p.MAC), &p.HandsetIndex, &p.HandsetAddress,
		&p.Username, &p.Password, &p.IP.Mode, &p.IP.Countries, &p.IP.Address, &p.Notes,
		oldCredentials{&p.Old}, document{&phoneDocument{Phone: p}},
	}
}

func scanPhone(row scanner) (*phone.Phone, error) {
	var p phone.Phone
	return &p, row.Scan(phoneFields(&p)...)
}

// phoneByID reads a phone; phone.NoPhone when there is none.
func phoneByID(ctx context.Context, q querier, id phone.ID) (*phone.Phone, error) {
	return one(ctx, q, scanPhone, phone.Fault(phone.NoPhone),
		"SELECT "+phoneColumns+" FROM phones WHERE id = ?", id)
}

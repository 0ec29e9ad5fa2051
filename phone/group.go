package phone

import "fmt"

// Group is a number that rings several extensions. Its controllers have rights
// over its members, which the Booleans name.
type Group struct {
	ID          ID     `json:"_id"`
	Type        string `json:"type"` // always GROUP
	Customer    ID     `json:"customer"`
	Name        string `json:"name"`
	Number      string `json:"number,omitempty"` // "" cannot be dialled
	Notes       string `json:"notes,omitempty"`
	Members     []ID   `json:"members"`     // extensions
	Controllers []ID   `json:"controllers"` // extensions
	Pickup      bool   `json:"pickup"`
	Steal       bool   `json:"steal"`
	Spy         bool   `json:"spy"`
	SetPresence bool   `json:"setPresence"`
	QueueMember bool   `json:"queueMember"`
}

// NewGroup is an empty group whose controllers may pick up its members' calls.
func NewGroup(customer ID) *Group {
	return &Group{Type: "GROUP", Customer: customer, Members: []ID{}, Controllers: []ID{}, Pickup: true}
}

// Validate judges the group.
func (g *Group) Validate(refs References) error {
	fs := customerFaults(g.ID, g.Customer, refs)
	fs = append(fs, nameFaults(g.Name)...)
	fs = append(fs, numberFaults(g.Number)...)
	fs = append(fs, notesFaults(g.Notes)...)
	fs = append(fs, extensionsFaults("members", g.Customer, g.Members, refs)...)
	fs = append(fs, extensionsFaults("controllers", g.Customer, g.Controllers, refs)...)
	return fs.Err()
}

// extensionsFaults judges a list of the customer's extensions: each exists and
// is in it once.
func extensionsFaults(key string, customer ID, ids []ID, refs References) (fs Faults) {
	if len(ids) > maxElements {
		return Faults{unlisted(key, mustBe(fmt.Sprintf("an array of at most %d", maxElements)))}
	}
	seen := map[ID]bool{}
	for i, id := range ids {
		e := refs.Extension(id)
		switch {
		case e == nil || e.Customer != customer:
			fs = append(fs, absent(at(key, i, ""), "Extension not found"))
		case seen[id]:
			fs = append(fs, unlisted(at(key, i, ""), "Extension is in the list already"))
		}
		seen[id] = true
	}
	return fs
}

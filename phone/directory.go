package phone

import "unique"

// Directory returns the extensions of a customer in the order of their numbers,
// the first of them when there are more than most.
func (b *Book) Directory(customer ID, most int) (list []*Extension) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	whose := unique.Make(customer)
	b.shelf.numbers.Ascend(numbered(customer, ""), func(l *line) bool {
		if len(list) == most || l.now().customer != whose {
			return false
		}
		list = append(list, b.extension(l))
		return true
	})
	return list
}

package phone

import "slices"

// Controls says whether an extension has a right over another one's calls: it is
// its own, or there is a group that gives it to the one as a controller over the
// other as a member.
func (b *Book) Controls(controller, member ID, right func(*Group) bool) bool {
	if controller == "" || member == "" {
		return false
	}
	if controller == member {
		return true
	}
	b.gathered.mu.RLock()
	defer b.gathered.mu.RUnlock()
	for _, g := range b.gathered.ruled[controller] {
		if right(g) && slices.Contains(g.Members, member) {
			return true
		}
	}
	return false
}

// MayPickUp is the right to answer calls that ring at others.
func MayPickUp(g *Group) bool { return g.Pickup }

// MaySteal is the right to go on with calls that others are in.
func MaySteal(g *Group) bool { return g.Steal }

// MaySetPresence is the right to say whether others are to be disturbed.
func MaySetPresence(g *Group) bool { return g.SetPresence }

package phone

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// faultsIn are the keys and texts of what an error tells, in its order.
func faultsIn(err error) (all []string) {
	e, _ := err.(*Error)
	switch {
	case err == nil:
		return nil
	case e == nil:
		return []string{err.Error()}
	case len(e.Inner) == 0:
		return []string{e.Key + ": " + e.Text}
	}
	for _, i := range e.Inner {
		all = append(all, faultsIn(i)...)
	}
	return all
}

// judged is a thing with what is wrong with it, as the beginnings of what is
// told.
type judged struct {
	name  string
	thing interface{ Validate(References) error }
	want  []string
}

func judge(t *testing.T, cases []judged) {
	t.Helper()
	for _, c := range cases {
		got := faultsIn(c.thing.Validate(world{}))
		if !slices.EqualFunc(got, c.want, strings.HasPrefix) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

func changed[T any](object *T, change func(*T)) *T {
	change(object)
	return object
}

func TestGroups(t *testing.T) {
	group := func(change func(*Group)) *Group {
		return changed(changed(NewGroup(acme), func(g *Group) { g.Name = "Sales" }), change)
	}
	judge(t, []judged{
		{"the smallest", group(func(*Group) {}), nil},
		{"with an extension as member and controller", group(func(g *Group) {
			g.Number, g.Members, g.Controllers = "*300#", []ID{ext200}, []ID{ext200}
		}), nil},
		{"of a customer that is blocked", group(func(g *Group) { g.Customer = blocked }), []string{"customer: Customer not found"}},
		{"of nobody", group(func(g *Group) { g.Customer = "" }), []string{"customer: "}},
		{"without a name", group(func(g *Group) { g.Name = " " }), []string{"name: Name is missing"}},
		{"with a line end in its name", group(func(g *Group) { g.Name = "a\u2028b" }), []string{"name: Name has control"}},
		{"with a name that is too long", group(func(g *Group) { g.Name = strings.Repeat("n", 129) }), []string{"name: Name is longer"}},
		{"with a number that nobody can dial", group(func(g *Group) { g.Number = "12a" }), []string{"number: Number is invalid"}},
		{"with the longest number and one digit", group(func(g *Group) { g.Number = "1234567890123456" }), []string{"number: "}},
		{"with notes that are too long", group(func(g *Group) { g.Notes = strings.Repeat("n", maxText+1) }), []string{"notes: "}},
		{"with others' and twice the same", group(func(g *Group) {
			g.Members, g.Controllers = []ID{ext200, foreign, ext200}, []ID{nothing, ""}
		}), []string{"members[1]: Extension not", "members[2]: Extension is in", "controllers[0]: Extension not", "controllers[1]: Extension not"}},
		{"with more members than there can be", group(func(g *Group) { g.Members = make([]ID, maxElements+1) }), []string{"members: Value is invalid"}},
	})
}

func TestQueues(t *testing.T) {
	queue := func(change func(*Queue)) *Queue {
		return changed(changed(NewQueue(acme), func(q *Queue) { q.Name = "Support" }), change)
	}
	judge(t, []judged{
		{"the smallest", queue(func(*Queue) {}), nil},
		{"with the longest wait", queue(func(q *Queue) { q.MaxWaitTime, q.Strategy = 86400, "RANDOM" }), nil},
		{"with a longer one", queue(func(q *Queue) { q.MaxWaitTime = 86401 }), []string{"maxWaitTime: "}},
		{"with less than none", queue(func(q *Queue) { q.MaxWaitTime = -1 }), []string{"maxWaitTime: "}},
		{"with all that can be wrong", &Queue{Number: "+45", Strategy: "random", Notes: strings.Repeat("n", maxText+1)},
			[]string{"customer: ", "name: ", "number: ", "strategy: ", "notes: "}},
	})
}

func TestMembersOfAQueue(t *testing.T) {
	last := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	there := QueueMember{ID: clerk, Extension: ext200, Priority: 5, Permanent: true, Calls: 3, LastCallEnded: &last}
	for _, c := range []struct {
		name  string
		joins QueueMember
		want  QueueMember
		wrong []string
	}{
		{"a number of the world", QueueMember{ID: nothing, Number: "+4570305052"}, QueueMember{ID: nothing, Number: "+4570305052", Priority: 1}, nil},
		{"a local number", QueueMember{Number: "8001", Priority: 20}, QueueMember{Number: "8001", Priority: 20}, nil},
		{"who is there keeps what they have", QueueMember{ID: nothing, Extension: ext200, Priority: 9},
			QueueMember{ID: clerk, Extension: ext200, Priority: 9, Permanent: true, Calls: 3, LastCallEnded: &last}, nil},
		{"another customer's extension", QueueMember{Extension: foreign}, QueueMember{}, []string{"extension: Extension not found"}},
		{"nobody", QueueMember{}, QueueMember{}, []string{"extension: Extension not found"}},
		{"an extension and a number", QueueMember{Extension: ext200, Number: "1"}, QueueMember{}, []string{"number: A member is either"}},
		{"what is no number, with no priority", QueueMember{Number: "one", Priority: 21}, QueueMember{}, []string{"number: ", "priority: "}},
		{"less than the lowest priority", QueueMember{Number: "1", Priority: -1}, QueueMember{}, []string{"priority: "}},
	} {
		q := NewQueue(acme)
		q.Members = []QueueMember{there}
		got, err := q.Join(c.joins, world{})
		if wrong := faultsIn(err); !slices.EqualFunc(wrong, c.wrong, strings.HasPrefix) {
			t.Errorf("%s: got %q, want %q", c.name, wrong, c.wrong)
		}
		if err == nil && (got != c.want || !slices.Contains(q.Members, c.want)) {
			t.Errorf("%s: got %+v among %+v, want %+v", c.name, got, q.Members, c.want)
		}
	}
}

func TestTheLastMemberOfAQueue(t *testing.T) {
	q := NewQueue(acme)
	q.LockLastMember = true
	q.Members = []QueueMember{{ID: clerk, Number: "1", Priority: 1}, {ID: nothing, Number: "2", Priority: 1}}
	for _, step := range []struct {
		leaves ID
		want   []string
	}{
		{formerClerk, []string{"member: Member not found"}},
		{clerk, nil},
		{nothing, []string{"lockLastMember: "}},
	} {
		if got := faultsIn(q.Leave(step.leaves)); !slices.EqualFunc(got, step.want, strings.HasPrefix) {
			t.Errorf("%s leaves: got %q, want %q", step.leaves, got, step.want)
		}
	}
	q.Members = make([]QueueMember, maxElements)
	if _, err := q.Join(QueueMember{Number: "3"}, world{}); !slices.Equal(faultsIn(err), []string{"members: Queue has too many members"}) {
		t.Error("one more than there can be:", err)
	}
}

func TestTrunks(t *testing.T) {
	trunk := func(change func(*Trunk)) *Trunk {
		return changed(changed(NewTrunk(acme), func(k *Trunk) { k.Name = "Main" }), change)
	}
	for _, end := range []ID{ext200, team, support} {
		judge(t, []judged{{"that leads to " + string(end), trunk(func(k *Trunk) { k.Goto = end }), nil}})
	}
	judge(t, []judged{
		{"silent", trunk(func(k *Trunk) { k.Ringtone, k.Language, k.Numbers = 0, "en", []string{"+4570305052"} }), nil},
		{"that leads to another customer's", trunk(func(k *Trunk) { k.Goto = foreignQueue }), []string{"goto: Dialplan item not found"}},
		{"that leads nowhere", trunk(func(k *Trunk) { k.Goto = nothing }), []string{"goto: "}},
		{"with all that can be wrong", &Trunk{Number: "x", Numbers: []string{"70305052", "+0"}, Language: "DA", Ringtone: -2},
			[]string{"customer: ", "name: ", "number: ", "numbers[0]: ", "numbers[1]: ", "language: ", "ringtone: "}},
		{"with a ringtone that there is not", trunk(func(k *Trunk) { k.Ringtone = 20 }), []string{"ringtone: "}},
	})
}

func TestSwitches(t *testing.T) {
	for _, c := range []struct {
		name, kind, called string
		want               []string
	}{
		{"night_2-A", SystemSwitch, "night_2-A", nil},
		{"SHARED:night", SharedSwitch, "SHARED:night", nil},
		{string(clerk) + ":dnd", PersonalSwitch, string(clerk) + ":dnd", nil},
		{strings.Repeat("x", 50), SystemSwitch, strings.Repeat("x", 50), nil},
		{strings.Repeat("x", 51), SystemSwitch, strings.Repeat("x", 51), []string{"name: Name is invalid"}},
		{"", SystemSwitch, "", []string{"name: Name is invalid"}},
		{"SHARED:", SharedSwitch, "SHARED:", []string{"name: Name is invalid"}},
		{"shared:night", SystemSwitch, "shared:night", []string{"name: Name is invalid"}},
		{"SHARED:a:b", SharedSwitch, "SHARED:a:b", []string{"name: Name is invalid"}},
		{"night\n", SystemSwitch, "night\n", []string{"name: Name is invalid"}},
		{"AAAAAAAAAAAAAAAAAAAAAAA1:dnd", PersonalSwitch, "aaaaaaaaaaaaaaaaaaaaaaa1:dnd", []string{"name: Employee not found"}},
		{string(foreignClerk) + ":dnd", PersonalSwitch, string(foreignClerk) + ":dnd", []string{"name: Employee not found"}},
		{string(formerClerk) + ":dnd", PersonalSwitch, string(formerClerk) + ":dnd", []string{"name: Employee not found"}},
		{string(clerk), SystemSwitch, string(clerk), nil},
	} {
		s := NewSwitch(acme, c.name)
		if got := faultsIn(s.Validate(world{})); s.Type != c.kind || s.Name != c.called || !slices.EqualFunc(got, c.want, strings.HasPrefix) {
			t.Errorf("%q: got %s %q %q, want %s %q %q", c.name, s.Type, s.Name, got, c.kind, c.called, c.want)
		}
	}
}

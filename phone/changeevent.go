package phone

import "time"

// SwitchEvent is the event of a committed change of a switch; before is nil for a
// new one, after for a deleted one.
func SwitchEvent(before, after *Switch, by *Origin, at time.Time) Event {
	sw, change := after, "updated"
	switch {
	case before == nil:
		change = "created"
	case after == nil:
		gone := *before
		gone.Value = false // as it is read from now on
		sw, change = &gone, "deleted"
	}
	return Event{
		Type: SwitchChanged, Time: at, Customer: sw.Customer, Phone: by.Phone,
		Data: map[string]any{"name": sw.Name, "value": sw.Value, "change": change, "by": by.By()},
	}
}

// QueueEvents are those of a committed change of a queue: of each member that has
// come or gone. With the queue nobody leaves it.
func QueueEvents(before, after *Queue, by *Origin, at time.Time) (events []Event) {
	if after == nil {
		return nil
	}
	if before == nil {
		before = &Queue{}
	}
	add := func(t EventType, m QueueMember) {
		data := map[string]any{"queue": after.ID, "name": after.Name, "member": m.ID, "by": by.By()}
		if m.Extension != "" {
			data["extension"] = m.Extension
		} else {
			data["number"] = m.Number
		}
		events = append(events, Event{Type: t, Time: at, Customer: after.Customer, Phone: by.Phone, Data: data})
	}
	for _, m := range before.Members {
		if after.Member(m.ID) < 0 {
			add(QueueMemberLeft, m)
		}
	}
	for _, m := range after.Members {
		if before.Member(m.ID) < 0 {
			add(QueueMemberJoined, m)
		}
	}
	return events
}

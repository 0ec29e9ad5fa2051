package phone

// CallEvent is what the events of calls tell. There are so many of them that they
// become maps only for who reads them.
type CallEvent struct {
	Call           ID
	Caller, Callee CallEventParty

	AnsweredBy ID // of call.answered

	Reason, By        string // these are of call.ended
	Duration, SIPCode int
}

// CallEventParty is who calls, or whom.
type CallEventParty struct{ Number, Name string }

func (e *CallEvent) details(t EventType) map[string]any {
	all := map[string]any{"call": e.Call, "caller": e.Caller.details(), "callee": e.Callee.details()}
	switch t {
	case CallAnswered:
		all["answeredBy"] = e.AnsweredBy
	case CallEnded:
		all["reason"], all["by"], all["duration"], all["sipCode"] = e.Reason, e.By, e.Duration, e.SIPCode
	}
	return all
}

func (p *CallEventParty) details() map[string]any {
	return map[string]any{"number": p.Number, "name": p.Name}
}

package phone

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"time"
)

// AuditEntry is one change that somebody made: who, when, from where, what it
// was before and is now.
type AuditEntry struct {
	ID       ID                `json:"_id"`
	Time     time.Time         `json:"time"`
	Customer ID                `json:"customer"` // whose object it is, null for nobody's
	Entity   string            `json:"entity"`   // sipphone, extension, ...
	Object   ID                `json:"object"`
	Action   string            `json:"action"`            // created, updated, deleted; viewed: its secrets were
	Employee ID                `json:"employee"`          // null for the admin token and the system
	Level    Level             `json:"accessLevel"`       // "" for the system
	Address  string            `json:"address,omitempty"` // where the request came from
	Call     string            `json:"call,omitempty"`    // POST /pbx/sipphone/...
	Changes  map[string]Values `json:"changes"`           // by property: ip.mode
}

// Values are a property before and after a change, null where it had none.
type Values struct {
	Old any `json:"old"`
	New any `json:"new"`
}

// secrets are properties that are written down as changed, but not with their
// values.
var secrets = map[string]bool{"password": true, "passwordHash": true, "secret": true, "masterPinCode": true, "token": true}

// masked stands for a secret.
const masked = "********"

// Differences are the properties in which two objects differ, as their JSON
// shows them, with secrets masked. Either may be nil. A property in an object is
// named by its path, ip.mode; an array is one value.
func Differences(before, after any) (map[string]Values, error) {
	was, err := treeOf(before)
	if err != nil {
		return nil, err
	}
	is, err := treeOf(after)
	if err != nil {
		return nil, err
	}
	changes := map[string]Values{}
	compare("", was, is, changes)
	return changes, nil
}

func treeOf(object any) (tree map[string]any, err error) {
	if object == nil {
		return nil, nil
	}
	b, err := json.Marshal(object)
	if err == nil {
		err = json.Unmarshal(b, &tree)
	}
	if err != nil {
		return nil, fmt.Errorf("compare an object: %w", err)
	}
	return tree, nil
}

func compare(path string, was, is map[string]any, changes map[string]Values) {
	names := maps.Clone(was)
	if names == nil {
		names = map[string]any{}
	}
	maps.Copy(names, is)
	for name := range names {
		old, now := was[name], is[name]
		if reflect.DeepEqual(old, now) {
			continue
		}
		oldTree, oldIs := old.(map[string]any)
		nowTree, nowIs := now.(map[string]any)
		switch {
		case secrets[name]:
			changes[path+name] = Values{Old: mask(old), New: mask(now)}
		case (oldIs || old == nil) && (nowIs || now == nil):
			compare(path+name+".", oldTree, nowTree, changes)
		default:
			changes[path+name] = Values{Old: scrub(old), New: scrub(now)}
		}
	}
}

// scrub masks the secrets inside a value. The value is one of ours, just read.
func scrub(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = scrub(v[i])
		}
	case map[string]any:
		for name := range v {
			if secrets[name] {
				v[name] = mask(v[name])
				continue
			}
			v[name] = scrub(v[name])
		}
	}
	return v
}

func mask(v any) any {
	if v == nil {
		return nil
	}
	return masked
}

package phone

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// fill gives every field a value that is not the zero one.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.UnixMilli(1_800_000_000_000 + int64(*n)).UTC()))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.String:
		v.SetString(string(rune('a'+*n%26)) + ` "Åse" <x>\ ` + "\n\u2028")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Uint64:
		v.SetUint(math.MaxUint64 - uint64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.25)
	default:
		panic("a record has no " + v.Kind().String())
	}
}

func TestARecordIsWrittenAsJSONWouldWriteIt(t *testing.T) {
	var full, half CDR
	n := 0
	fill(reflect.ValueOf(&full).Elem(), &n)
	half = full
	half.Legs = []CDRLeg{{ID: "a", Direction: Inbound}, {}}
	for name, c := range map[string]*CDR{"full": &full, "empty": {}, "half full": &half} {
		t.Run(name, func(t *testing.T) {
			var got, want any
			text, err := json.Marshal(c)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(c.AppendJSON(nil), &got); err != nil {
				t.Fatalf("%v: %s", err, c.AppendJSON(nil))
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%v\nwant %v", got, want)
			}
		})
	}
}

func TestARecordHasBounds(t *testing.T) {
	long := strings.Repeat("a", 127) + "å"
	c := &CDR{
		Caller: Party{Number: long, Name: long}, ReasonText: strings.Repeat("b", 1000), Started: time.Unix(1, 999_999_999),
		Legs: make([]CDRLeg, 1000),
	}
	c.Legs[0] = CDRLeg{UserAgent: long, Media: LegMedia{Jitter: math.NaN(), RTT: math.Inf(1), MOS: 4.3456}}
	var got CDR
	if err := json.Unmarshal(c.AppendJSON(nil), &got); err != nil {
		t.Fatal(err)
	}
	first := CDRLeg{UserAgent: long[:127], Media: LegMedia{MOS: 4.35}}
	switch {
	case got.Caller.Number != long[:127], got.Caller.Name != long[:127]:
		t.Errorf("caller: %+v", got.Caller)
	case got.ReasonText != strings.Repeat("b", 256):
		t.Errorf("reason: %d bytes", len(got.ReasonText))
	case got.Started != time.Unix(1, 999_000_000).UTC():
		t.Errorf("started: %v", got.Started)
	case len(got.Legs) != 100 || got.Legs[0] != first:
		t.Errorf("%d legs, the first %+v", len(got.Legs), got.Legs[0])
	}
}

func TestAnInterruptedCallEndedWhenTheServerWasAliveLast(t *testing.T) {
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }
	c := CDR{Started: at(10), Answered: at(20), Legs: []CDRLeg{{Started: at(10), Answered: at(20)}, {Started: at(11), Ended: at(12), EndedBy: EndedByCallee, Reason: EndBusy}}}
	for alive, ended := range map[int64]int64{30: 30, 15: 20, 0: 20} {
		got := c
		got.Legs = append([]CDRLeg{}, c.Legs...)
		got.Interrupt(at(alive))
		want := CDR{
			Started: at(10), Answered: at(20), Ended: at(ended), TerminatedBy: EndedBySystem, TerminatedReason: EndInterrupted,
			Legs: []CDRLeg{{Started: at(10), Answered: at(20), Ended: at(ended), EndedBy: EndedBySystem, Reason: EndInterrupted}, c.Legs[1]},
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("alive at %d: %+v\nwant %+v", alive, got, want)
		}
	}
}

func BenchmarkCDRAppendJSON(b *testing.B) {
	at := time.Now().UTC()
	leg := CDRLeg{
		ID: "54e5f28c741290fc0203b05c", Direction: Outbound, Extension: "54e5f28c741290fc0203b05c", SIPPhone: "54e5f28c741290fc0203b05c",
		Number: "101", Address: "192.0.2.1:5060", UserAgent: "snomD865/10.1.141.13", Started: at, Ringing: at, Answered: at, Ended: at,
		SIPCode: 200, EndedBy: EndedByCaller, Reason: EndHangup, Codec: "PCMA", Media: LegMedia{1000, 1000, 160_000, 160_000, 2, 1.2, 20, 4.3},
	}
	party := Party{Number: "101", Name: "Alice", Type: PartySIPPhone, Extension: leg.Extension, SIPPhone: leg.SIPPhone}
	c := &CDR{
		ID: leg.ID, Customer: leg.ID, Started: at, Answered: at, AnsweredByCallee: at, Ended: at, Caller: party, Callee: party,
		TerminatedBy: EndedByCaller, TerminatedReason: EndHangup, SIPCode: 200, Legs: []CDRLeg{leg, leg},
	}
	var text []byte
	b.ReportAllocs()
	for b.Loop() {
		text = c.AppendJSON(text[:0])
	}
	b.SetBytes(int64(len(text)))
}

package phone

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestTheBookKeepsEveryProperty fills whatever there is to fill, so that a new
// property cannot be forgotten.
func TestTheBookKeepsEveryProperty(t *testing.T) {
	for n := range 40 {
		f := filler{n}
		var p Phone
		var e Extension
		f.fill(t, reflect.ValueOf(&p).Elem())
		f.fill(t, reflect.ValueOf(&e).Elem())
		b := NewBook("example.net", nil)
		b.PutPhone(&p)
		b.PutExtension(&e)
		if got := b.ByID(p.ID).Phone; !reflect.DeepEqual(got, &p) {
			t.Fatalf("filled from %d: got %+v", n, got)
		}
		if got := b.Extension(e.ID); !reflect.DeepEqual(got, &e) {
			t.Fatalf("filled from %d: got %+v", n, got)
		}
	}
}

func TestTheBookKeepsNothingWhereThereIsNothing(t *testing.T) {
	b := NewBook("", nil)
	p, e := &Phone{ID: "1"}, &Extension{ID: "2"}
	b.PutPhone(p)
	b.PutExtension(e)
	if got := b.ByID("1").Phone; !reflect.DeepEqual(got, p) {
		t.Errorf("got %+v", got)
	}
	if got := b.Extension("2"); !reflect.DeepEqual(got, e) {
		t.Errorf("got %+v", got)
	}
}

// filler fills a value with others for each n: long texts, numbers of either
// sign, both switches.
type filler struct{ n int }

func (f *filler) fill(t *testing.T, v reflect.Value) {
	f.n += 7
	switch at := v.Addr().Interface().(type) {
	case *time.Time:
		*at = time.Date(2026, 1, f.n, 1, 2, 3, f.n, time.UTC)
		if f.n%3 == 0 {
			*at = at.In(time.FixedZone("", 3600*(f.n%11+1)))
		}
		return
	case *IPMode:
		*at = []IPMode{Open, Locked, Roaming, "ODD"}[f.n%4]
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.Repeat("Text Ø ", f.n%40+1) + string(rune('a'+f.n%26)))
	case reflect.Int:
		v.SetInt(int64(f.n * (f.n%2*2 - 1)))
	case reflect.Bool:
		v.SetBool(f.n%2 > 0)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(t, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), f.n%5+1, f.n%5+1))
		for i := range v.Len() {
			f.fill(t, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(t, v.Field(i))
		}
	default:
		t.Fatalf("%s is of a kind that the test does not know", v.Type())
	}
}

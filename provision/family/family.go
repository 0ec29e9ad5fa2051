package family

import (
	"fmt"
	"slices"

	"ringfence/phone"
)

// Family is how the phones of a maker, or of one of its lines, are configured.
type Family struct {
	Name  string // of its folder of templates
	Title string // for people
	Files []File // what its phones ask for, in the order of their boot sequence

	// kin is the family of the same maker whose templates it has where its own folder
	// has none; "" for none.
	kin string
	// fits says whether the phones of a model belong to the family.
	fits func(*phone.Model) bool
	// dress adds to a View what the templates of the family want to have in the
	// maker's own scales and words.
	dress func(*View) any
	// warn tells of what Supports cannot: that depends on what else the phone has;
	// nil where there is no such thing.
	warn func(*View) []Warning
	// Supports says how each of Properties is expressed; what is not in it is not.
	Supports map[string]Support

	pages  map[*File]*page
	parsed parsed // the templates of models
}

// Families are all that there are. They are read once and never change.
type Families struct {
	all   []*Family
	facts map[phone.ID]*Facts
}

// Load reads the templates and the models' files. It fails when one of them
// cannot be read.
func Load() (*Families, error) {
	facts, err := readFacts()
	if err != nil {
		return nil, err
	}
	fs := &Families{all: families(), facts: facts}
	for _, f := range fs.all {
		if err := f.open(); err != nil {
			return nil, fmt.Errorf("family %s: %w", f.Name, err)
		}
	}
	return fs, nil
}

// families are in the order in which a model is offered to them: a line of a
// maker before the rest, and the generic one last.
func families() []*Family {
	return []*Family{
		snomDECT(), snom(),
		gigasetN510(), gigaset(),
		mitel(),
		mpp(), spa(),
		yealinkDECT(), yealink(),
		grandstreamHT(), gxp16(), grandstream(),
		generic(),
	}
}

// Of is the family of a model, nil when its phones cannot be provisioned. A model
// of a maker that has none needs a template of its own; the last family, which
// asks for nothing in particular, serves that.
func (fs *Families) Of(m *phone.Model) *Family {
	if m == nil || !m.Capabilities.Provision {
		return nil
	}
	if i := slices.IndexFunc(fs.all, func(f *Family) bool { return f.fits(m) }); i >= 0 {
		return fs.all[i]
	}
	if m.ConfigurationTmpl != "" {
		return fs.all[len(fs.all)-1]
	}
	return nil
}

// All are the families, a line of a maker before the rest.
func (fs *Families) All() []*Family { return fs.all }

// Facts are what is known of a model; never nil.
func (fs *Families) Facts(m *phone.Model) *Facts {
	if f := fs.facts[m.ID]; f != nil {
		return f
	}
	return &noFacts
}

// brand fits the models of a brand.
func brand(name string) func(*phone.Model) bool {
	return func(m *phone.Model) bool { return m.Brand == name }
}

package family

import (
	"regexp"
	"strings"

	"ringfence/phone"
)

// Role is what one of the files of a boot sequence is for.
type Role byte

// The roles.
const (
	Whole     Role = iota // the configuration, with the secrets of the device
	Pointer               // leads to the Whole, and holds nothing that is secret or of one phone alone
	Directory             // the phone book of the customer
	Declined              // phones ask for it and do without: it is never served
)

// File is one that the phones of a family ask for.
type File struct {
	// Name is its name as phones ask for it, matched without regard to case. {mac}
	// is the MAC address with or without separators, {model} the model in the
	// maker's spelling, {digits} digits.
	Name     string
	Role     Role
	Template string // of the family's folder; "" for what is Declined
	Format   *Format

	name *regexp.Regexp
}

var placeholders = strings.NewReplacer(
	`\{mac\}`, `(?:[0-9a-f]{12}|[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5})`,
	`\{model\}`, `[0-9a-z][0-9a-z ._-]*`,
	`\{digits\}`, `[0-9]+`,
)

func (f *File) compile() error {
	var err error
	f.name, err = regexp.Compile(`(?i)^` + placeholders.Replace(regexp.QuoteMeta(f.Name)) + `$`)
	return err
}

// Asked finds the file that a request is for, by what stands after the last
// slash of its path. What the family does not know, but has the MAC address of
// its phone in it, is for the Whole: phones can be told to ask for any name.
// It returns nil when there is no such file, or when it is Declined.
func (f *Family) Asked(path string) *File {
	name := path[strings.LastIndexByte(path, '/')+1:]
	for i := range f.Files {
		if file := &f.Files[i]; file.name.MatchString(name) {
			if file.Role == Declined {
				return nil
			}
			return file
		}
	}
	return f.Whole()
}

// Called is the file's name for one phone, as most phones spell it.
func (f *File) Called(mac phone.MAC, m *phone.Model) string {
	return strings.NewReplacer("{mac}", strings.ToLower(string(mac)), "{model}", strings.ReplaceAll(m.Model, " ", "")).Replace(f.Name)
}

// Whole is the file with the configuration.
func (f *Family) Whole() *File {
	for i := range f.Files {
		if f.Files[i].Role == Whole {
			return &f.Files[i]
		}
	}
	return nil
}

// Common finds the family and its file that a request for no phone in particular
// asks for: a Pointer, whose name has no MAC address. It returns nil for what is
// nobody's.
func (fs *Families) Common(path string) (*Family, *File) {
	name := path[strings.LastIndexByte(path, '/')+1:]
	for _, f := range fs.all {
		for i := range f.Files {
			file := &f.Files[i]
			if file.Role == Pointer && !strings.Contains(file.Name, "{mac}") && file.name.MatchString(name) {
				return f, file
			}
		}
	}
	return nil, nil
}

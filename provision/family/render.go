package family

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"text/template"
)

//go:embed templates
var templates embed.FS

// Document is a rendered file.
type Document struct {
	ContentType string
	Body        []byte
	Warnings    []Warning // of what it could not say
}

// open parses the templates of a family.
func (f *Family) open() error {
	f.pages = map[*File]*page{}
	for i := range f.Files {
		file := &f.Files[i]
		if err := file.compile(); err != nil {
			return fmt.Errorf("file %s: %w", file.Name, err)
		}
		if file.Role == Declined {
			continue
		}
		t, err := template.New(file.Template).Funcs(functions).Option("missingkey=error").ParseFS(templates, f.templateOf(file))
		if err != nil {
			return err
		}
		f.pages[file] = newPage(t, file.Format)
	}
	return nil
}

// templateOf is the path of a file's template.
func (f *Family) templateOf(file *File) string {
	own := path.Join("templates", f.Name, file.Template)
	if _, err := fs.Stat(templates, own); err != nil && f.kin != "" {
		return path.Join("templates", f.kin, file.Template)
	}
	return own
}

// Render writes one of the family's files. A customConfig with which it could not
// be read by any phone is left out, and a Warning says so. Errors: a template
// that does not fit its view, which is ours to repair.
func (f *Family) Render(file *File, v *View) (*Document, error) {
	if v.Model != nil && v.Model.ConfigurationTmpl != "" && file.Role == Whole {
		return f.custom(v)
	}
	d := &Document{ContentType: file.Format.ContentType, Warnings: f.warnings(v)}
	body, err := f.fill(file, v)
	if err != nil {
		return nil, err
	}
	if check := file.Format.check; check != nil && v.Phone.CustomConfig != "" && check(body) != nil {
		d.Warnings = append(d.Warnings, brokenCustom)
		if body, err = f.fill(file, v.withoutCustom()); err != nil {
			return nil, err
		}
	}
	d.Body = body
	return d, nil
}

var brokenCustom = Warning{"customConfig", "It breaks the file, and is left out"}

// withoutCustom is the view less the customConfig.
func (v *View) withoutCustom() *View {
	plain, p := *v, *v.Phone
	p.CustomConfig, plain.Phone = "", &p
	return &plain
}

func (f *Family) fill(file *File, v *View) ([]byte, error) {
	out := &output{page: f.pages[file]}
	if err := out.page.Execute(out, f.dress(v.fitting())); err != nil {
		return nil, fmt.Errorf("render %s of %s: %w", file.Name, f.Name, err)
	}
	return out.to.Bytes(), nil
}

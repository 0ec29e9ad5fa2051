package family

import "testing"

// What a configuration costs, of the richest model of each family.
func BenchmarkRender(b *testing.B) {
	fs := load(b)
	for _, m := range richest(b) {
		f := fs.Of(m)
		b.Run(f.Name, func(b *testing.B) {
			v, file := full(fs, m), f.Whole()
			b.ReportAllocs()
			for b.Loop() {
				d, err := f.Render(file, v)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(d.Body)))
			}
		})
	}
}

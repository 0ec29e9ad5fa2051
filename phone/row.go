package phone

import (
	"fmt"
	"slices"
	"strings"
)

// FromRow makes a patch of a table's row: texts under the paths of their
// properties (ip.mode). An empty cell leaves its property alone. A property that
// takes no text may take the Boolean that the text spells.
func FromRow(paths, cells []string) Patch {
	tree := map[string]any{}
	for i, path := range paths {
		if cell := cells[i]; cell != "" {
			plant(tree, path, cellValue(path, cell))
		}
	}
	return Patch{tree: tree}
}

// plant puts a value under its path.
func plant(tree map[string]any, path string, v any) {
	for {
		group, rest, nested := strings.Cut(path, ".")
		if !nested {
			tree[path] = v
			return
		}
		below, ok := tree[group].(map[string]any)
		if !ok {
			below = map[string]any{}
			tree[group] = below
		}
		tree, path = below, rest
	}
}

// cellValue is the text, or what it spells where the property takes only that.
func cellValue(path, cell string) any {
	i := slices.IndexFunc(properties, func(p property) bool { return p.path == path })
	if i < 0 {
		return cell
	}
	takes := func(v any) bool { return len(properties[i].set(&Phone{}, v)) == 0 }
	for _, b := range []bool{true, false} {
		if strings.EqualFold(cell, fmt.Sprint(b)) && !takes(cell) && takes(b) {
			return b
		}
	}
	return cell
}

// JudgeColumns says which names of a table's columns are no paths of properties
// that fit into a cell, and which stand there twice.
func JudgeColumns(paths []string) (fs Faults) {
	for i, path := range paths {
		switch {
		case !inCell(path):
			name := fmt.Sprintf("%.64s", path)
			fs = append(fs, unlisted(name, "Unknown column '"+name+"'"))
		case slices.Contains(paths[:i], path):
			fs = append(fs, unlisted(path, "Column '"+path+"' stands there twice"))
		}
	}
	return fs
}

// inCell says whether there is such a property, and it is not an array.
func inCell(path string) bool {
	return path != "softkeys" && path != "purchaseInfo.sidePanels" &&
		slices.ContainsFunc(properties, func(p property) bool { return p.path == path })
}

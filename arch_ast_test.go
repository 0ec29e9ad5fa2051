package ringfence

import (
	"go/ast"
	"strconv"
)

func hasInit(f *ast.File) bool {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
			return true
		}
	}
	return false
}

func usesEnvironment(f *ast.File) bool {
	return calls(f, "os", "Getenv") || calls(f, "os", "LookupEnv") || calls(f, "os", "Environ")
}

// calls says whether the file calls pkg.name.
func calls(f *ast.File, pkg, name string) (found bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == name {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == pkg {
				found = true
			}
		}
		return true
	})
	return found
}

func importsPackage(f *ast.File, pkg string) bool {
	for _, i := range f.Imports {
		if p, err := strconv.Unquote(i.Path.Value); err == nil && p == pkg {
			return true
		}
	}
	return false
}

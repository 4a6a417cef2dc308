// Definitions of Go files by the language's own parser.
//
// Reads paths from standard input, one a line; writes `path<TAB>name<TAB>line<TAB>kind` for package-level functions,
// methods, types with their fields and methods, constants and variables. Blank names are left out.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
)

func main() {
	input := bufio.NewScanner(os.Stdin)
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	for input.Scan() {
		path := input.Text()
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		emit := func(name *ast.Ident, kind string) {
			if name.Name != "_" {
				line := files.PositionFor(name.Pos(), false).Line
				fmt.Fprintf(output, "%s\t%s\t%d\t%s\n", path, name.Name, line, kind)
			}
		}
		for _, declaration := range file.Decls {
			switch node := declaration.(type) {
			case *ast.FuncDecl:
				emit(node.Name, "function")
			case *ast.GenDecl:
				for _, spec := range node.Specs {
					visit(spec, emit)
				}
			}
		}
	}
}

func visit(spec ast.Spec, emit func(*ast.Ident, string)) {
	switch node := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range node.Names {
			emit(name, "value")
		}
	case *ast.TypeSpec:
		emit(node.Name, "type")
		members(node.Type, emit)
	}
}

// members lists the fields of a structure or the methods of an interface, and those of structures inside.
func members(expression ast.Expr, emit func(*ast.Ident, string)) {
	var fields *ast.FieldList
	switch node := expression.(type) {
	case *ast.StructType:
		fields = node.Fields
	case *ast.InterfaceType:
		fields = node.Methods
	case *ast.ArrayType:
		members(node.Elt, emit)
	case *ast.MapType:
		members(node.Value, emit)
	case *ast.StarExpr:
		members(node.X, emit)
	case *ast.ChanType:
		members(node.Value, emit)
	}
	if fields == nil {
		return
	}
	for _, field := range fields.List {
		for _, name := range field.Names {
			emit(name, "member")
		}
		members(field.Type, emit)
	}
}

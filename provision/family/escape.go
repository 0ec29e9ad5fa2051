package family

import (
	"bytes"
	"strings"
	"text/template"
	"text/template/parse"
)

// page is a parsed template.
type page struct {
	*template.Template
	format *Format
	own    map[*byte]bool // where its own texts begin
}

// functions are what templates may call beside those that text/template has.
var functions = template.FuncMap{
	// raw is a text that is written as it is: it comes from who may configure the
	// phone.
	"raw": func(s string) string { return s },
	"add": func(a, b int) int { return a + b },
}

// rawNext stands before each raw of a template, and is not written.
var rawNext = []byte("raw")

func newPage(t *template.Template, f *Format) *page {
	p := &page{Template: t, format: f, own: map[*byte]bool{}}
	for _, one := range t.Templates() {
		if one.Tree != nil {
			p.learn(one.Root)
		}
	}
	return p
}

// learn notes the texts of the template, and marks what is raw.
func (p *page) learn(list *parse.ListNode) {
	if list == nil {
		return
	}
	var nodes []parse.Node
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.TextNode:
			if len(n.Text) > 0 {
				p.own[&n.Text[0]] = true
			}
		case *parse.ActionNode:
			if isRaw(n) {
				nodes = append(nodes, &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: rawNext})
			}
		case *parse.IfNode:
			p.learnBranch(&n.BranchNode)
		case *parse.RangeNode:
			p.learnBranch(&n.BranchNode)
		case *parse.WithNode:
			p.learnBranch(&n.BranchNode)
		}
		nodes = append(nodes, node)
	}
	list.Nodes = nodes
}

func (p *page) learnBranch(n *parse.BranchNode) {
	p.learn(n.List)
	p.learn(n.ElseList)
}

func isRaw(n *parse.ActionNode) bool {
	function, ok := n.Pipe.Cmds[0].Args[0].(*parse.IdentifierNode)
	return ok && function.Ident == "raw" && len(n.Pipe.Cmds) == 1
}

// output is what a page is written to. A text of the page comes to it as the
// very bytes that the page holds, and everything else is a value: so none can
// be written that is not escaped.
type output struct {
	page *page
	to   bytes.Buffer
	raw  bool // the next one is written as it is
}

func (o *output) Write(b []byte) (int, error) {
	raw := o.raw
	o.raw = len(b) > 0 && &b[0] == &rawNext[0]
	switch {
	case o.raw || len(b) == 0:
		return len(b), nil
	case raw || o.page.own[&b[0]] || unharmed(b):
		return o.to.Write(b)
	}
	_, err := o.to.WriteString(o.page.format.escape(string(b)))
	return len(b), err
}

// unharmed says whether a value is the same in every format, as most are.
func unharmed(b []byte) bool {
	for _, c := range b {
		if !plainByte[c] {
			return false
		}
	}
	return true
}

// plainByte has letters, digits, and the signs of numbers, names and addresses.
var plainByte = func() (is [256]bool) {
	for c := range is {
		is[c] = c >= ' ' && c <= '~' && !strings.ContainsRune("\"#&';<>\\^`{|}", rune(c))
	}
	return is
}()

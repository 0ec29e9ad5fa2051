package family

import "testing"

// What no phone could read as XML is told apart from what each can.
func TestWellFormed(t *testing.T) {
	for text, want := range map[string]bool{
		"<a/>":                             true,
		"\n<a><b c=\"1\" d=\"1\"/>x</a>\n": true,
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE a>\n<!-- a --><a/>": true,
		"":                                       false,
		"x":                                      false,
		"<a>":                                    false,
		"</a>":                                   false,
		"<a/><b/>":                               false,
		"<a/>x":                                  false,
		"x<a/>":                                  false,
		"<a>&bad;</a>":                           false,
		"<a><!-- </a>":                           false,
		"<a>]]></a>":                             false,
		"<a><b c=\"1\" c=\"2\"/></a>":            false,
		"<a><!DOCTYPE b></a>":                    false,
		"<a><!ENTITY b \"c\"></a>":               false,
		"<a/><!DOCTYPE a>":                       false,
		"<a><?xml version=\"1.0\"?></a>":         false,
		"\n<?xml version=\"1.0\"?><a/>":          false,
		"<a><?php x?></a>":                       true,
		"<a>\x01</a>":                            false,
		"<a>\xff</a>":                            false,
		"<a b=\"<\"/>":                           false,
		"<a><![CDATA[<b>]]></a>":                 true,
		"<a x:b=\"1\" y:b=\"1\"><x:c></x:c></a>": true,
	} {
		if got := wellFormed([]byte(text)); (got == nil) != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

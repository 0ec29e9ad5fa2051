package redirect

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
)

// xmlRPC speaks XML-RPC (xmlrpc.com/spec.md) as the services do: what they are
// handed are strings, and what they return is an array of a boolean and strings.
type xmlRPC struct {
	client         *http.Client
	url            string
	user, password string
}

// verdict is what a method returns: whether it has worked, and what more there is
// to say.
type verdict struct {
	ok   bool
	says []string
}

// text is the first thing that it says.
func (v verdict) text() string {
	if len(v.says) == 0 {
		return ""
	}
	return v.says[0]
}

// call calls a method.
func (x xmlRPC) call(ctx context.Context, method string, args ...string) (verdict, error) {
	r, err := request(ctx, http.MethodPost, x.url, "text/xml", methodCall(method, args))
	if err != nil {
		return verdict{}, err
	}
	r.SetBasicAuth(x.user, x.password)
	a, err := send(x.client, r)
	if err == nil {
		err = a.failure()
	}
	if is(err, Unknown, Owned, Malformed) { // it is not the device that is not there
		err = &Error{Kind: Temporary, Text: fmt.Sprintf("answered %d", a.status)}
	}
	if err != nil {
		return verdict{}, err
	}
	return methodResponse(a.body)
}

func methodCall(method string, args []string) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header + "<methodCall><methodName>" + method + "</methodName><params>")
	for _, arg := range args {
		b.WriteString("<param><value><string>")
		// A buffer takes everything.
		_ = xml.EscapeText(&b, []byte(arg))
		b.WriteString("</string></value></param>")
	}
	b.WriteString("</params></methodCall>")
	return b.Bytes()
}

// value is a value of any type that the services use.
type value struct {
	Text    string  `xml:",chardata"` // one without a type is a string
	String  *string `xml:"string"`
	Boolean *string `xml:"boolean"`
	Int     *string `xml:"int"`
	I4      *string `xml:"i4"`
	Array   []value `xml:"array>data>value"`
}

// scalar is the value as text.
func (v value) scalar() string {
	for _, typed := range []*string{v.String, v.Boolean, v.Int, v.I4} {
		if typed != nil {
			return strings.TrimSpace(*typed)
		}
	}
	return strings.TrimSpace(v.Text)
}

func methodResponse(body []byte) (verdict, error) {
	var r struct {
		XMLName xml.Name  `xml:"methodResponse"`
		Fault   *struct{} `xml:"fault"`
		Values  []value   `xml:"params>param>value"`
	}
	err := xml.Unmarshal(body, &r)
	switch {
	case err == nil && r.Fault != nil:
		return verdict{}, &Error{Kind: Temporary, Text: "the service fails with a fault"}
	case err != nil || len(r.Values) != 1:
		return verdict{}, &Error{Kind: Temporary, Text: "the answer is not what was expected"}
	}
	list := r.Values[0].Array
	if len(list) == 0 {
		list = r.Values
	}
	first := list[0].scalar()
	v := verdict{ok: first == "1" || strings.EqualFold(first, "true")}
	for _, more := range list[1:] {
		v.says = append(v.says, more.scalar())
	}
	return v, nil
}

// cases says which kind of error a service means. The keys are in lower case;
// each may be the whole text or its beginning, before a colon and what it is
// about.
type cases map[string]Kind

// judge is the error that a verdict stands for, nil where it has worked.
func (c cases) judge(v verdict) error {
	if v.ok || strings.EqualFold(v.text(), "ok") {
		return nil
	}
	text := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(v.text(), "Error:")))
	code, _, _ := strings.Cut(text, ":")
	if kind, ok := c[strings.TrimSpace(code)]; ok {
		return because(kind)
	}
	return refused(v.text())
}

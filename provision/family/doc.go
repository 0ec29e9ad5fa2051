// Package family knows how the phones of each maker are configured: the files
// that they ask for while they boot, what these may say and in which words, and
// what cannot be said.
//
// A Family is data and a little code. Its templates are files in a folder of its
// own under templates, text/template, to be read by who knows the phones and no
// Go; what a model has (keys, ranges, pictures) is in the model's file in package
// phone, so that a model more is a file more; what must be converted from our
// scales into the maker's is Go code with tables.
//
// That code is in files with the family's name, first what the family is
// (yealink_dect.go), then what its keys, its sound and screen, and its place in
// the world are called (_keys, _device, _place). What
// several makers say alike is in words.go, places.go (of keys), backlight.go,
// dect.go, zonecode.go and urls.go. The files keyword*.go are of templates that a
// model brings along.
//
// A family sees no value that the model lacks (lacks.go). Whatever a template
// writes is escaped for the format of its file without being asked to (escape.go):
// a value ends neither its element nor its line. What shall be written as it is
// says raw.
//
// The package neither knows who asks nor decides who may: it makes bytes of a
// View, always the same ones.
package family

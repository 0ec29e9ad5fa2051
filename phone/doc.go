// Package phone is the domain: the phone object of the management API with its
// fence, what it refers to (model, extension, customer), what is known of it
// while it runs (binding, status, event, call record), the rules that a change
// must obey, and the Book, the read copy of all of it that the hot paths use.
//
// The names are those of the API page "PBX : SIP phone Update"; where a rule
// comes from its table of errors, faults.go shows the row.
//
// It does no I/O: no clock but the one handed in, no database, no network. It
// imports nothing of ours, so that every other room may speak its words.
package phone

// Package phone is the domain: the phone object of the management API with its
// fence; what it refers to (model, extension, customer, and what its keys call);
// the other objects of the API, a file each; what is known of a phone while it
// runs (binding, status, event, call record); the rules that a change must obey;
// who makes it and what the audit log says of it; and the Book, the read copy
// that the hot paths and the lists of phones use.
//
// The names are those of the API page "PBX : SIP phone Update"; where a rule
// comes from its table of errors, faults.go shows the row. Numbers are those of
// ITU-T E.164, countries those of ISO 3166-1, times are written as RFC 3339.
//
// It does no I/O: no clock but the one handed in, no database, no network. It
// imports nothing of ours, so that every other room may speak its words. Queues,
// groups, switches and trunks are data: what they do to a call is not here.
package phone

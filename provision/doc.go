// Package provision gives phones their configuration over HTTP: it finds out
// from the request which device asks, lets the Gate judge it, renders the
// vendor's format and writes it whole.
//
// An unknown MAC address, a refused source and a model that cannot be
// provisioned are the same empty 404 to who asks.
//
// Formats: Snom's XML settings (desk phones and M-series bases) and a plain
// text of "key = value" lines for the GENERIC brand. The templates are files
// under templates, one a format.
package provision

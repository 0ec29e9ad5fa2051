// Package mgmt is the management API: REST over HTTP with gin, live events over
// Server-Sent Events, health, the console and the API's own description. The
// whole API is on one page, routes.go; each resource has a file of its own, and
// most are a resource (resource.go); errors.go is the one place that turns a
// refusal into a status code and a body.
//
// It judges who may do what to whose objects, and how often somebody may ask.
// What a valid phone is, package phone knows; that a change is durable and
// published, the store sees to.
//
// Entity tags and If-Match are those of RFC 9110, tables those of RFC 4180. It
// does no TLS: it is an http.Handler, and who serves it does that.
package mgmt

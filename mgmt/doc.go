// Package mgmt is the management API: REST over HTTP with gin, live events over
// Server-Sent Events, health. The whole API is on one page, routes.go; each
// resource has a file of its own; errors.go is the one place that turns a
// refusal into a status code and a body.
//
// It judges who may do what to whose objects. What a valid phone is, package
// phone knows; that a change is durable and published, the store sees to.
package mgmt

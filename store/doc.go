// Package store keeps the truth on disk: an embedded SQLite database in the
// data folder. In it are the objects of the management API, each sort a kind
// (kind.go) behind a Collection; the logins; call records; the audit log and the
// idempotency keys; and the outbox of the webhooks. Beside it are the files of two
// journals: of bindings, and of calls until they have their records.
//
// One goroutine owns the one writing connection. What waits at the same time is
// committed together, synced to disk once, and only then published to the
// phone.Book and answered: whatever a method has acknowledged survives kill -9
// and a power cut, and is what the next REGISTER, call or configuration fetch
// sees. Reads go to a pool of read-only connections. DESIGN.md says why.
//
// The store keeps what it is given. It judges nothing but uniqueness and
// references, which nobody else can judge without a race; the rules of a phone
// are in package phone, who may do what is in mgmt. It deletes call records when
// it is told to and not by itself, and it does not serve two processes: the folder
// is locked.
//
// It builds where flock(2) exists: Linux, macOS, the BSDs.
package store

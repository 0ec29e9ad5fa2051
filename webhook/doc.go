// Package webhook tells customers' HTTP servers of events. It reads the live
// feed, writes what a webhook wants to know into the outbox on disk, and from
// there delivers it: signed, in its own time, again after a failure, and also
// after a restart.
//
// A delivery may arrive twice and out of order: its id says which it is. What
// happens while the server is down is in no feed and is not told of.
//
// The addresses are customers' words, and the network around the server is not
// theirs: where a connection may lead is judged when it is made (guard.go), no
// proxy is asked, and no redirect is followed.
package webhook

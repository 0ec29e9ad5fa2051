// Package blf lights the lamps beside the keys of phones: it is a notifier (RFC
// 6665) of the event package dialog (RFC 4235). What can be watched are the
// extensions of one's own customer, and the numbers of feature codes that have a
// state: a switch, oneself in a queue, do not disturb, what one could pick up.
//
// A SUBSCRIBE passes the same door as an INVITE (serve.go); what it names is
// looked up in topic.go. What the calls tell of themselves is kept in dialogs.go,
// and what a lamp shows of it and of the Book is worked out in lamp.go. One
// goroutine (run.go) sends the notifications: to a subscription one at a time, not
// too often, and always the state as it then is, so that nothing piles up. It also
// looks at each subscription every few seconds: one that has expired ends, and a
// change that nobody has told of is seen then.
//
// A subscription is one piece of text and few words (subscription.go). They live
// in memory: a stop ends them (farewell.go), and after a crash a phone that refreshes
// one gets 481 and makes it anew.
//
// Every notification has the full state, of one dialog: that which matters most
// of all that an extension is in. With whom it is learns only who may pick up
// there (a group's right).
//
// What it does not do: other packages (presence, message-summary), lists of
// resources (RFC 4662), partial state, subscriptions to one dialog.
package blf

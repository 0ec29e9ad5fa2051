// Package redirect tells makers' redirection services where their phones find
// their configuration: a phone that is switched on for the first time asks its
// maker, and its maker sends it to us.
//
// What is to be told is a job in the outbox on disk, which the store writes in
// the transaction of the change. For each service that there is an account for,
// one goroutine makes its calls, one after the other: again after a failure, also
// after a restart. What is registered is checked once a day.
//
// A call that was cut short is made again: registering twice is registering once.
// The URL has the phone's token in it and an account has a password, so neither
// is in an error or the log.
//
// The services' manners are in a file each: XML-RPC (snom.go, yealink.go,
// gigaset.go), JSON signed by Hawk (sraps.go), JSON with a token (ymcs.go,
// gdms.go) or with a signature of its own (gaps.go).
package redirect

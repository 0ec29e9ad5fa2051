// Package registrar knows who is where: it answers REGISTER after RFC 3261
// section 10.3 (register.go, in the order of its steps), keeps the bindings in
// memory (table.go) and has them made durable before it says 200 (journal.go).
//
// A REGISTER is served on the goroutine that has read it. It works out a plan
// (plan.go) under the lock of its phone's shard; the plan's change and the answer
// wait in a batch, and one goroutine writes all batches as one entry of the
// journal, puts the plans into effect and sends the answers. So many
// registrations share one commit, and none waits for another. Expiries are found
// by a wheel in each shard (wheel.go).
//
// What is wrong with a request is found before the fence of the phone closes on
// its address, so that an OPEN phone does not lock itself by a broken request.
// Everything that succeeds passes the fence, a query and a removal too.
//
// Choices where the RFC leaves one, or where phones need it:
//
//   - The domain is ours when it is Domain, a name under it, or any IP address:
//     phones are often configured by address, and it is the digest realm that
//     proves the user.
//   - A phone registers itself only: there is no third-party registration.
//   - A REGISTER that comes again as it was (same Call-ID, CSeq, contact and
//     lifetime) is answered 200 and changes nothing: over UDP the first answer
//     may have been lost. From another source it is a refresh: the phone's NAT has
//     changed. Any other CSeq that is not higher fails with 500.
//   - A new contact with the +sip.instance of an old one takes its place: it is
//     the same device on a new port. With reg-id (RFC 5626 section 6) it takes the
//     place of the same flow and of what the device had without reg-id, and other
//     flows stay.
//   - Beyond MaxContacts a new contact pushes out one that came from the same
//     source, or else the one that expires first; so a phone that restarts again
//     and again is never locked out.
//   - A contact without q counts as q=1.
//   - When very many register within a second, each is granted up to a tenth less
//     than it asked for, at random: they will not come back within a second.
//   - A Path (RFC 3327) is kept whether or not the phone says that it knows of it,
//     and repeated to it only if it does.
//   - Bindings over a connection do not outlive it, nor a restart.
//
// It does not do Service-Route, GRUU (RFC 5627), the reg event package, or
// redirection.
package registrar

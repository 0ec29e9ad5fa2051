// Package registrar knows who is where: it answers REGISTER after RFC 3261
// section 10.3 (register.go, in the order of its steps), keeps the bindings in
// memory (table.go) and has them made durable before it says 200.
//
// What is wrong with a request is found before the fence of the phone judges
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
//     may have been lost. Any other CSeq that is not higher fails with 500.
//   - A new contact with the +sip.instance of an old one takes its place: it is
//     the same device on a new port. Beyond MaxContacts a new contact pushes out
//     one that came from the same source, or else the one that expires first; so
//     a phone that restarts again and again is never locked out.
//   - A contact without q counts as q=1.
//
// It does not do Path (RFC 3327), Service-Route, GRUU (RFC 5627), outbound
// flows (RFC 5626), the reg event package, or redirection.
package registrar

// Package policy is the fence of a phone put to work: Judge, which decides and
// touches nothing, and the Gate that registration, call and configuration all
// pass through, so that no door is softer than another.
//
// A door proves who asks before it asks here: an OPEN phone is locked to the
// address that it is first admitted from, and a stranger must not be able to
// make that happen.
//
// It keeps no state, limits no rate and bans nobody. It reads no database: the
// country is handed in, and the lock is somebody else's to close.
package policy

package phone

// Device is what a MAC address stands for at the configuration door: a piece of
// hardware, whichever phones are on it. One that nothing has happened to is not
// written down.
type Device struct {
	MAC        MAC
	Generation int // how often its tokens were made anew
	Known      int // one more than the generation of the steady token with which it came last; 0 for none
}

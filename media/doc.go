// Package media carries the sound and pictures of calls and the words that
// describe them. An Engine has the threads and ports; an End is our face towards
// the peer of one dialog; a Link joins two Ends: it edits the offers and answers
// of each peer into what the other is told, so that both send to us, and relays
// RTP and RTCP between them, each perhaps behind a NAT, perhaps with SRTP. Taps
// hear what is carried, and Quality says how well it goes. An End can also be
// played a tone of the telephone network while nobody speaks to it.
//
// For simulated phones and tests it speaks G.711, makes sines, finds them again
// and writes WAV files.
//
// RFC 8866 (SDP), RFC 3264 (offer and answer), RFC 3605 (a=rtcp), RFC 3550
// (RTP), RFC 3551 (the AVP profile), RFC 4585 (AVPF), RFC 3711 (SRTP), RFC 4568
// (its keys in SDP), RFC 6188 and RFC 7714 (its suites), RFC 4961 (symmetric
// RTP), RFC 7362 (latching), RFC 4594 (classes of service), ITU-T G.711, ITU-T
// G.107 and G.113 (estimates of quality), ITU-T E.180 and G.722 (tones).
//
// It does not transcode, mix, record or resolve names, it knows no DTLS and no
// multiplexing of RTCP, it has no part in ICE, and of what a description offers
// it relays the first audio and all video: every other stream is answered with
// port 0. It writes no log: what it drops, it counts.
package media

// Package media carries the sound of a call and the words that describe it:
// it edits session descriptions so that both phones send to us, hands out
// pairs of UDP ports, and relays RTP and RTCP between two phones that may each
// be behind a NAT. For simulated phones and tests it speaks G.711, makes tones,
// finds them again and writes WAV files.
//
// RFC 8866 (SDP), RFC 3264 (offer and answer), RFC 3605 (a=rtcp), RFC 3550
// (RTP), RFC 3551 (the AVP profile), RFC 4585 (AVPF), RFC 4961 (symmetric RTP),
// RFC 7362 (latching), ITU-T G.711.
//
// It does not transcode, mix, record, encrypt or resolve names, it has no part
// in ICE, and it relays one audio stream per call: every other stream is
// answered with port 0. It writes no log: what it drops, it counts.
package media

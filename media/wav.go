package media

import (
	"encoding/binary"
	"fmt"
	"io"
)

// wavHeader is the RIFF header of a file with one format and one data chunk.
type wavHeader struct {
	RIFF          [4]byte
	Size          uint32 // of all that follows
	WAVE, Fmt     [4]byte
	FmtSize       uint32
	Format        uint16 // 1 is PCM
	Channels      uint16
	Rate          uint32
	BytesPerSec   uint32
	BytesPerFrame uint16
	BitsPerSample uint16
	Data          [4]byte
	DataSize      uint32
}

// WriteWAV writes samples as a WAV file: PCM, 16 bits, mono, 8000 per second.
func WriteWAV(w io.Writer, samples []int16) error {
	size := uint32(2 * len(samples))
	h := wavHeader{
		RIFF: [4]byte([]byte("RIFF")), Size: 36 + size,
		WAVE: [4]byte([]byte("WAVE")), Fmt: [4]byte([]byte("fmt ")), FmtSize: 16,
		Format: 1, Channels: 1, Rate: 8000,
		BytesPerSec: 16000, BytesPerFrame: 2, BitsPerSample: 16,
		Data: [4]byte([]byte("data")), DataSize: size,
	}
	if err := binary.Write(w, binary.LittleEndian, h); err != nil {
		return fmt.Errorf("write WAV header: %w", err)
	}
	if err := binary.Write(w, binary.LittleEndian, samples); err != nil {
		return fmt.Errorf("write WAV samples: %w", err)
	}
	return nil
}

package main

import (
	"crypto/rand"
	"fmt"
	"io"
	"slices"
	"time"

	"ringfence/phone"
	"ringfence/sip/digest"
	"ringfence/sip/door"
)

const nonceLife = 5 * time.Minute

// openDoor makes the door of registration and call, before the gate.
func (s *house) openDoor(c Config) error {
	var key [32]byte
	if _, err := io.ReadFull(rand.Reader, key[:]); err != nil {
		return fmt.Errorf("make a key for nonces: %w", err)
	}
	md5Agents, err := phone.MD5Agents()
	if err != nil {
		return err
	}
	s.door = door.New(door.Config{
		Book: s.book, Nonces: digest.NewNonces(key, nonceLife, time.Now), Gate: s.gate, Guard: s.guard,
		Algorithms: c.Digest, MD5Only: slices.Concat(c.MD5Agents, md5Agents),
		EndOld: s.store.EndOldCredentials, Now: time.Now, Log: s.log,
	})
	return nil
}

package phone

// packBool is for a switch that is off where nobody has set it.
func packBool[T any](at func(*T) *bool) slot[T] {
	return slot[T]{
		put: func(b []byte, from *T) []byte {
			if *at(from) {
				b = append(b, 1)
			}
			return b
		},
		take: func(s string, to *T) string {
			*at(to) = true
			return s[1:]
		},
	}
}

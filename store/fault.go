package store

// fault is why something fails that is tried again and again, as it was told last.
// The log may be on the disk that is full.
type fault string

// isNew says whether the outcome of a try is a fault that was not told yet.
func (f *fault) isNew(err error) bool {
	was := *f
	*f = ""
	if err != nil {
		*f = fault(err.Error())
	}
	return err != nil && *f != was
}

//go:build linux && !portable

package media

func newTestBatch() *batch { return newBatch() }

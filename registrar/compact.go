package registrar

import "context"

// compaction is how the journal is kept short: every phone's records are written
// anew, a shard after each commit, and when all have been, what was before is
// dropped.
type compaction struct {
	last  int64 // number of the last entry
	grown int   // bytes since the last compaction began
	live  int   // bytes that all phones took then
	shard int   // the next one to be written, 0 when none is under way
	mark  int64 // entries up to this one will be dropped
}

// roomy is how much the journal may grow beyond twice what is in it.
const roomy = 16 << 20

// compact goes one step further, if there is need.
func (r *Registrar) compact(ctx context.Context) error {
	c := &r.compaction
	if c.shard == 0 {
		if c.grown < 2*c.live+roomy {
			return nil
		}
		c.mark, c.live, c.grown = c.last, 0, 0
	}
	s := &r.table.shards[c.shard]
	entry := []byte{journalVersion}
	s.mu.Lock()
	for id, e := range s.phones {
		if rs := e.latest(); len(rs) > 0 {
			entry = appendSet(entry, id, rs)
		}
	}
	s.mu.Unlock()
	err := r.write(ctx, entry)
	c.live += len(entry)
	c.grown -= len(entry)
	if c.shard = (c.shard + 1) % len(r.table.shards); err == nil && c.shard == 0 {
		err = r.Journal.TrimBindings(ctx, c.mark)
	} else {
		ring(r.table.wake)
	}
	if err != nil {
		c.shard, c.grown = 0, 2*c.live+roomy // begin again
		r.Log.Error("journal of registrations not compacted", "error", err)
	}
	return err
}

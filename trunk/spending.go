package trunk

import (
	"context"
	"fmt"
	"time"

	"ringfence/phone"
)

// load reads what was spent today and in this night.
func (p *purse) load(ctx context.Context) error {
	if p.lines.Spending == nil {
		return nil
	}
	list, err := p.lines.Spending.LoadSpending(ctx, p.oldest(p.lines.Now()))
	if err != nil {
		return fmt.Errorf("load what calls have cost: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range list {
		p.spent[account{s.Customer, s.Period}] += s.Amount
	}
	return nil
}

// oldest is the first period that may still count.
func (p *purse) oldest(now time.Time) string {
	return now.In(p.lines.Location).AddDate(0, 0, -1).Format(time.DateOnly)
}

// run saves what calls cost from time to time, those that last included, so that
// even a crash forgets little. What cannot be saved is tried again.
func (p *purse) run(ctx context.Context) error {
	every := time.NewTicker(p.lines.pace.keep)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			if err := p.save(ctx); err != nil && ctx.Err() == nil {
				p.lines.Log.Error("what calls cost is not saved", "error", err)
			}
			p.lines.limits.tidy(p.lines.Now())
		case <-ctx.Done():
			p.mu.Lock()
			for _, c := range p.clock {
				c.Stop()
			}
			p.mu.Unlock()
			return p.save(context.WithoutCancel(ctx))
		}
	}
}

func (p *purse) save(ctx context.Context) error {
	list := p.unsaved()
	if p.lines.Spending == nil || len(list) == 0 {
		return nil
	}
	err := p.lines.Spending.SaveSpending(ctx, list)
	if err == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range list {
		p.dirty[account{s.Customer, s.Period}] = struct{}{}
	}
	return fmt.Errorf("save what calls have cost: %w", err)
}

// unsaved is what has changed since it was last asked. It forgets what does not
// count any more.
func (p *purse) unsaved() (list []phone.Spent) {
	now := p.lines.Now()
	oldest := p.oldest(now)
	p.mu.Lock()
	defer p.mu.Unlock()
	for customer := range p.live {
		p.charge(customer, now)
	}
	for a := range p.dirty {
		list = append(list, phone.Spent{Customer: a.customer, Period: a.period, Amount: p.spent[a]})
	}
	clear(p.dirty)
	for a := range p.spent {
		if a.period < oldest {
			delete(p.spent, a)
		}
	}
	return list
}

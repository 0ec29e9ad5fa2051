package store

import (
	"context"
	"errors"
	"strings"
	"testing"

	"ringfence/phone"
)

// insert is a job that adds a customer of this name and tells published of it.
func insert(name string, published *[]string) func(context.Context, *tx) error {
	return func(ctx context.Context, t *tx) error {
		t.publish(func() { *published = append(*published, name) })
		_, err := t.exec(ctx, "INSERT INTO customers (id, document) VALUES (?, json_object('name', ?))", name, name)
		return err
	}
}

// together runs the jobs as one batch and returns their errors.
func together(t *testing.T, s *Store, runs ...func(context.Context, *tx) error) []error {
	t.Helper()
	var jobs []*job
	for _, run := range runs {
		jobs = append(jobs, &job{ctx: t.Context(), run: run, done: make(chan struct{})})
	}
	s.writer.serve(jobs)
	var errs []error
	for _, j := range jobs {
		<-j.done
		errs = append(errs, j.err)
	}
	return errs
}

func customerNames(t *testing.T, s *Store) string {
	t.Helper()
	list, _, err := s.Customers.List(t.Context(), phone.Query{})
	must(t)(list, err)
	var names []string
	for _, c := range list {
		names = append(names, c.Name)
	}
	return strings.Join(names, " ")
}

func TestAJobThatFailsIsUndoneAlone(t *testing.T) {
	s := open(t, t.TempDir())
	broken := errors.New("broken")
	var published []string
	errs := together(t, s,
		insert("a", &published),
		func(ctx context.Context, t *tx) error { return errors.Join(insert("b", &published)(ctx, t), broken) },
		func(ctx context.Context, t *tx) error {
			if err := insert("c", &published)(ctx, t); err != nil {
				return err
			}
			panic("out of order")
		},
		insert("a", &published), // there already
		insert("d", &published),
	)
	if errs[0] != nil || errs[4] != nil {
		t.Errorf("the good ones got %v and %v", errs[0], errs[4])
	}
	if !errors.Is(errs[1], broken) || !strings.Contains(errs[2].Error(), "panic: out of order") {
		t.Errorf("the failing one got %v, the panicking one %v", errs[1], errs[2])
	}
	refused(t, conflict(errs[3]), phone.Conflict, "_id")
	equal(t, "customers", customerNames(t, s), "a d")
	equal(t, "published, in order", published, []string{"a", "d"})
	equal(t, "stats", s.Stats(), Stats{Commits: 1, Jobs: 2, Refused: 3})
}

func TestAJobSeesThoseBeforeIt(t *testing.T) {
	s := open(t, t.TempDir())
	var published []string
	errs := together(t, s, insert("a", &published), func(ctx context.Context, t *tx) error {
		_, err := s.Customers.kind.byID(ctx, t, "a")
		return err
	})
	equal(t, "errors", errs, []error{nil, nil})
}

func TestAFailedTransactionFailsAllAndPublishesNothing(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(context.Context, *tx) error
	}{
		{"the commit fails", func(ctx context.Context, t *tx) error {
			if _, err := t.exec(ctx, "PRAGMA defer_foreign_keys = on"); err != nil {
				return err
			}
			_, err := t.exec(ctx, `INSERT INTO extensions (id, document) VALUES ('x', '{"customer": "nobody", "number": "1", "name": ""}')`)
			return err
		}},
		{"SQLite has undone it, and the job did not notice", func(ctx context.Context, t *tx) error {
			_, err := t.exec(ctx, "ROLLBACK")
			return err
		}},
		{"SQLite has undone it, and the job failed", func(ctx context.Context, t *tx) error {
			_, err := t.exec(ctx, "ROLLBACK")
			return errors.Join(err, errors.New("disk is full"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, t.TempDir())
			var published []string
			for i, err := range together(t, s, insert("a", &published), c.spoil, insert("b", &published)) {
				if err == nil {
					t.Errorf("job %d was told that it is saved", i)
				}
			}
			equal(t, "customers", customerNames(t, s), "")
			equal(t, "published", published, []string(nil))
			equal(t, "errors afterwards", together(t, s, insert("c", &published)), []error{nil})
			equal(t, "customers afterwards", customerNames(t, s), "c")
		})
	}
}

func TestACallerThatGivesUpInTimeHasChangedNothing(t *testing.T) {
	s := open(t, t.TempDir())
	var published []string
	held, release, ended := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		ended <- s.write(t.Context(), "hold the writer", func(context.Context, *tx) error {
			close(held)
			<-release
			return nil
		})
	}()
	<-held
	ctx, cancel := context.WithCancel(t.Context())
	go func() { ended <- s.write(ctx, "wait", insert("late", &published)) }()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	close(release)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	equal(t, "errors afterwards", together(t, s, insert("next", &published)), []error{nil})
	equal(t, "customers", customerNames(t, s), "next")
}

func TestAChangeWhoseCallerHasGoneIsSkipped(t *testing.T) {
	s := open(t, t.TempDir())
	var published []string
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.writer.serve([]*job{{ctx: ctx, run: insert("a", &published), done: make(chan struct{})}})
	equal(t, "customers", customerNames(t, s), "")
	equal(t, "stats", s.Stats(), Stats{})
}

func TestAChangeThatHasBegunIsWaitedFor(t *testing.T) {
	s := open(t, t.TempDir())
	var published []string
	ctx, cancel := context.WithCancel(t.Context())
	err := s.write(ctx, "change", func(ctx context.Context, t *tx) error {
		cancel()
		return insert("a", &published)(ctx, t)
	})
	if err != nil {
		t.Error(err)
	}
	equal(t, "customers", customerNames(t, s), "a")
	equal(t, "published", published, []string{"a"})
}

func TestCloseFinishesWhatIsQueued(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	var published []string
	queued := &job{ctx: t.Context(), run: insert("queued", &published), done: make(chan struct{})}
	err := s.write(t.Context(), "hold the writer", func(context.Context, *tx) error { return s.writer.enter(queued) })
	must(t)(nil, err)
	must(t)(nil, s.Close())
	must(t)(nil, queued.err)
	equal(t, "customers", customerNames(t, open(t, dir)), "queued")
}

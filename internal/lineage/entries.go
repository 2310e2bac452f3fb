package lineage

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/store"
)

// checkEntries checks that every record stands in the store under its key, or another that says the same.
func (c *checker) checkEntries(ctx context.Context) error {
	problems := make([]*Problem, len(c.order))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i, id := range c.order {
		g.Go(func() (err error) {
			problems[i], err = c.checkEntry(ctx, id, c.records[id])
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, p := range problems {
		if p != nil {
			p.record = c.order[i]
			p.Role, p.Label = "entry of "+c.names.kind(visited{id: c.order[i], record: c.records[c.order[i]]}), c.names.known[c.order[i]]
			c.add(*p)
		}
	}
	return nil
}

// checkEntry returns what is wrong with a record's entry; nil where nothing is. A record whose key is no key is a problem
// of its own already.
func (c *checker) checkEntry(ctx context.Context, id ziplaw.ArtifactID, rec ziplaw.Record) (*Problem, error) {
	if key, err := action.KeyOf(rec.Preimage); err != nil || key != rec.Key {
		return nil, nil //nolint:nilerr // reported with the record
	}
	name := store.EntryName(rec.Key)
	e, found, err := c.study.store.Entry(ctx, rec.Key)
	_, malformed := errors.AsType[*store.EntryError](err)
	switch {
	case malformed:
		return &Problem{ID: name, Problem: err.Error(), State: Tampered}, nil
	case err != nil:
		return nil, err
	case !found:
		return &Problem{ID: name, Problem: "missing from the store", State: StateMissing}, nil
	case e.Record == id:
		return nil, nil
	}
	var other ziplaw.Record
	if err := getJSON(ctx, c.study.store, e.Record, &other); isBad(err) {
		return &Problem{ID: name, Problem: "names " + string(e.Record) + ": " + reason(err), State: Tampered}, nil
	} else if err != nil {
		return nil, err
	}
	if d := resultDifferences(rec, other); len(d) > 0 {
		return &Problem{ID: name, State: Tampered, Problem: "names " + string(e.Record) + ", which differs in " + d[0].Field}, nil
	}
	return nil, nil
}

// resultDifferences compares what two records of one action made. The time that it took is no part of that.
func resultDifferences(a, b ziplaw.Record) []action.Difference {
	differences := action.Differences(a.Values, b.Values)
	differences = slices.DeleteFunc(differences, func(d action.Difference) bool { return d.Field == "seconds" })
	if !slices.Equal(a.Outputs, b.Outputs) {
		differences = append(differences, action.Difference{Field: "outputs"})
	}
	return differences
}

package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Done is a finished action: its record, the record's id, and whether it was there before.
type Done struct {
	Record ziplaw.Record
	ID     ziplaw.ArtifactID
	Reused bool
}

// draft is what an action makes: its inputs, outputs and values.
type draft struct {
	inputs, outputs []ziplaw.Ref
	values          any
	resumed         *ziplaw.Resumed
	accelerator     *ziplaw.Accelerator
}

func (d *draft) in(role string, id ziplaw.ArtifactID) {
	d.inputs = append(d.inputs, ziplaw.Ref{Role: role, ID: id})
}
func (d *draft) out(role string, id ziplaw.ArtifactID) {
	d.outputs = append(d.outputs, ziplaw.Ref{Role: role, ID: id})
}

// once returns the action's record where it is done, and makes it otherwise.
func (a *Activities) once(ctx context.Context, act action.Action, label string, make func(context.Context, *draft) error) (Done, error) {
	done, found, err := a.find(ctx, act)
	if err != nil || found {
		return done, err
	}
	started := time.Now()
	var d draft
	if err := make(ctx, &d); err != nil {
		return Done{}, err
	}
	return a.publish(ctx, act, label, started, d)
}

// find looks the action up. An entry whose record can't be read, or whose outputs are gone, counts as absent, and so does one that
// goes on from a record which isn't its action's result any more: what was lost and made again has another record, with other times.
func (a *Activities) find(ctx context.Context, act action.Action) (Done, bool, error) {
	key, err := act.Key()
	if err != nil {
		return Done{}, false, err
	}
	entry, rec, found, err := a.Store.Reuse(ctx, key)
	if err != nil {
		return Done{}, false, err
	}
	if !found {
		return Done{}, false, a.forget(ctx, key)
	}
	superseded, err := a.superseded(ctx, rec.Inputs)
	if err != nil || superseded {
		return Done{}, false, err
	}
	return Done{Record: rec, ID: entry.Record, Reused: true}, true, nil
}

// superseded says whether some input is a record that is gone, or isn't the result of its action any more.
func (a *Activities) superseded(ctx context.Context, inputs []ziplaw.Ref) (bool, error) {
	for _, in := range inputs {
		if !strings.HasPrefix(in.Role, actions.RecordRole) {
			continue
		}
		current, err := a.current.of(ctx, a.Store, in.ID)
		if err != nil || !current {
			return err == nil, err
		}
	}
	return false, nil
}

// findOrRelink looks the action up. Where only inputs of it were lost, which have been made again since, its result stands: it is
// published once more with the inputs that there are now.
func (a *Activities) findOrRelink(ctx context.Context, act action.Action, inputs ...ziplaw.Ref) (Done, bool, error) {
	done, found, err := a.find(ctx, act)
	if err != nil || found {
		return done, found, err
	}
	key, err := act.Key()
	if err != nil {
		return Done{}, false, err
	}
	rec, id, ok, err := a.Store.Result(ctx, key)
	if err != nil || !ok {
		return Done{}, false, err
	}
	rec.Inputs, rec.Relinked, rec.Attempt = renewed(rec.Inputs, inputs), id, a.attempt(ctx)
	if superseded, err := a.superseded(ctx, rec.Inputs); err != nil || superseded {
		return Done{}, false, err
	}
	if whole, err := a.Store.There(ctx, rec.Inputs); err != nil || !whole {
		return Done{}, false, err
	}
	winner, id, err := a.Store.Replace(ctx, rec)
	return Done{Record: winner, ID: id, Reused: true}, err == nil, err
}

// renewed are inputs with those of the same role in their places.
func renewed(old, now []ziplaw.Ref) []ziplaw.Ref {
	all := slices.Clone(old)
	for i := range all {
		for _, n := range now {
			if n.Role == all[i].Role {
				all[i] = n
			}
		}
	}
	return all
}

// forget takes a corrupt record of an action away. Making the action again makes another record, with other times, so
// whatever went on from the corrupt one must count as not done, too.
func (a *Activities) forget(ctx context.Context, key ziplaw.Key) error {
	entry, found, err := a.Store.Entry(ctx, key)
	if _, unreadable := errors.AsType[*store.EntryError](err); unreadable || err == nil && !found {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = a.Store.Discard(ctx, entry.Record)
	return err
}

func (a *Activities) publish(ctx context.Context, act action.Action, label string, started time.Time, d draft) (Done, error) {
	preimage, err := act.Preimage()
	if err != nil {
		return Done{}, err
	}
	key, err := act.Key()
	if err != nil {
		return Done{}, err
	}
	values, err := json.Marshal(d.values)
	if err != nil {
		return Done{}, fmt.Errorf("%s %s: values: %w", act.Name, label, err)
	}
	rec := ziplaw.Record{
		Version: ziplaw.RecordVersion, Action: act.Name, Key: key, Preimage: preimage, Label: label,
		Inputs: d.inputs, Outputs: d.outputs, Values: values,
		Resumed: d.resumed, Code: a.Code, Accelerator: d.accelerator, Attempt: a.attempt(ctx), Started: started.UTC(), Finished: time.Now().UTC(),
	}
	return a.put(ctx, rec)
}

// put makes a record its action's result, also in the place of one that goes on from a record which isn't one any more.
func (a *Activities) put(ctx context.Context, rec ziplaw.Record) (Done, error) {
	winner, id, won, err := a.Store.Publish(ctx, rec)
	if err != nil || won {
		return Done{Record: winner, ID: id}, err
	}
	superseded, err := a.superseded(ctx, winner.Inputs)
	if err == nil && superseded {
		winner, id, err = a.Store.Replace(ctx, rec)
	}
	return Done{Record: winner, ID: id}, err
}

package activities

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/attempt"
	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/plan"
)

// TrainCellInput names a cell of a data set's stored documents.
type TrainCellInput struct {
	Spec    ziplaw.ArtifactID `json:"spec"`
	DataSet string            `json:"dataset"`
	Sample  ziplaw.ArtifactID `json:"sample"` // record
	Cell    ziplaw.CellName   `json:"cell"`
}

// TrainCellResult is a finished cell in small numbers.
type TrainCellResult struct {
	Key    ziplaw.Key `json:"key"`
	State  string     `json:"state"` // done or diverged
	Reused bool       `json:"reused"`
	Loss   float64    `json:"loss,omitempty"` // validation, nats per token
	// NoModel says that the study keeps models and that this cell was reused from one that didn't.
	NoModel bool `json:"no_model,omitempty"`
}

// TrainCell trains one cell to its end, from its newest checkpoint where there is one. A diverged cell is a result,
// not an error.
func (a *Activities) TrainCell(ctx context.Context, in TrainCellInput) (TrainCellResult, error) {
	beat := startHeartbeat(ctx)
	defer beat.stop()
	r, err := a.trainCell(ctx, in, beat)
	if err != nil {
		return r, a.end(ctx, guardProgress(ctx, beat, err))
	}
	return r, nil
}

func (a *Activities) trainCell(ctx context.Context, in TrainCellInput, beat *heartbeat) (TrainCellResult, error) {
	job, err := a.job(ctx, in)
	if err != nil {
		return TrainCellResult{}, err
	}
	beat.set(Progress{Cell: job.cell.String(), Waiting: a.Devices.Awaited()})
	waiting, cancel := untilStopped(ctx)
	defer cancel(nil)
	cell := &cellRun{activities: a, job: job}
	cell.device, err = a.Devices.Take(waiting, needOf(job), func() (bool, error) { return cell.Finished(waiting) })
	if err != nil {
		return TrainCellResult{}, err
	}
	if cell.device != nil {
		err = a.attemptOn(ctx, waiting, cell, beat)
	}
	if err != nil {
		return TrainCellResult{}, err
	}
	done := cell.done
	r, err := actions.Values[ziplaw.CellResult](done.Record)
	if err != nil {
		return TrainCellResult{}, err
	}
	_, kept := done.Record.Output(actions.RoleModel)
	return TrainCellResult{
		Key: done.Record.Key, State: r.State, Reused: done.Reused, Loss: finite(r.Validation),
		NoModel: job.study.KeepModels && !kept && r.State == ziplaw.StateDone,
	}, nil
}

// attemptOn is an attempt at a cell that has a device, which it gives back however the attempt ends. A panic is an error of the
// cell: it counts against the cell, and takes nothing else along.
func (a *Activities) attemptOn(ctx, waiting context.Context, cell *cellRun, beat *heartbeat) (err error) {
	defer func() {
		if p := recover(); p != nil {
			activity.GetLogger(ctx).Error("panic", "cell", cell.job.cell.String(), "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
		cell.device.Release(err)
	}()
	return a.attemptAt(ctx, waiting, cell, beat)
}

// attemptAt trains a cell unless it is done. The activity's context ends the training where the cell is taken away, the
// waiting one whatever comes before.
func (a *Activities) attemptAt(ctx, waiting context.Context, cell *cellRun, beat *heartbeat) error {
	j := cell.job
	training, cancel := untilTakenAway(ctx)
	defer cancel(nil)
	defer cell.close()
	name := j.cell.String()
	defer a.cells.Delete(name)
	keeping, stop := context.WithCancel(ctx)
	defer stop()
	go a.keepYoung(keeping, j.spec, j.data.Record)
	return attempt.Attempt{
		Store: attempt.On(a.Store), Key: j.key, Owner: a.attempt(ctx), TTL: claimTTL, Poll: claimPoll,
		Every: time.Duration(j.study.CheckpointSeconds * float64(time.Second)), Keep: plan.KeptCheckpoints, Sync: syncSteps(j), Convert: j.convert,
		Waiting:  func(holder string) { beat.set(Progress{Cell: name, Waiting: "the attempt " + holder}) },
		Training: func() { a.cells.Store(name, nil) },
		Progress: func(step, steps int, loss float64, checkpoint int) {
			beat.set(Progress{Cell: name, Step: step, Steps: steps, Loss: finite(loss), Checkpoint: checkpoint})
		},
	}.Train(training, waiting, cell)
}

// keepYoung makes artifacts young again and again, and what they name, so that no sweep of the store takes what a cell reads, however
// long it trains. What fails is tried with the next round: sweeps leave much more time than there is between two.
func (a *Activities) keepYoung(ctx context.Context, ids ...ziplaw.ArtifactID) {
	tick := time.NewTicker(a.Store.LeastGrace() / 4)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := a.Store.Renew(ctx, ids...); err != nil && ctx.Err() == nil {
				activity.GetLogger(ctx).Warn("keep what a cell reads", "error", err)
			}
		}
	}
}

// job is a cell with everything that its training needs.
type job struct {
	study ziplaw.Study
	cell  ziplaw.Cell
	spec  ziplaw.ArtifactID
	data  actions.Sampled
	read  actions.Reading
	act   action.Action
	key   ziplaw.Key
	// convert is the key of the same cell in the arithmetic that it may be converted from.
	convert ziplaw.Key
}

// needOf is what a cell takes of a device.
func needOf(j *job) Need {
	config := plan.Config(j.study, j.cell, j.data.Manifest.Vocabulary)
	demand := func(d kernel.Batcher) kernel.Demand { return config.Demand(j.study.Recipe.Batch, d) }
	return Need{Numerics: actions.NumericsID(j.study), Demand: demand}
}

func (a *Activities) job(ctx context.Context, in TrainCellInput) (*job, error) {
	s, _, err := a.dataSet(ctx, in.Spec, in.DataSet)
	if err != nil {
		return nil, err
	}
	data, err := actions.LoadSampled(ctx, a.Store, in.Sample)
	if err != nil {
		return nil, err
	}
	cell, found := s.Cell(in.DataSet, in.Cell)
	if !found {
		return nil, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("data set %s/%s has no cell %s", s.Name, in.DataSet, in.Cell)}
	}
	if want, have := actions.NumericsID(s), a.Devices.Arithmetics(); !slices.Contains(have, want) {
		return nil, fmt.Errorf("cell %s is of the arithmetic %s, and this worker's devices have %s", cell, want, strings.Join(have, ", "))
	}
	j := &job{study: s, cell: cell, spec: in.Spec, data: data}
	j.act, j.read = actions.TrainCell(s, j.cell, data)
	if j.key, err = j.act.Key(); err != nil {
		return nil, err
	}
	if from, found := actions.ConvertedFrom(s, j.cell, data); found {
		j.convert, err = from.Key()
	}
	return j, err
}

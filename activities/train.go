package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/llama"
	"github.com/ziplaw/ziplaw/internal/plan"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Bounds of the number of steps between looks at the loss, the clock and the context: often enough that a worker that
// stops has a second or so to wait (syncFLOPs is a second of a slow core), and seldom enough to cost nothing.
const (
	mostSyncSteps = 16
	syncFLOPs     = 1e10
)

func syncSteps(j *job) int {
	tokens := float64(j.study.Recipe.Batch * j.study.Context)
	step := tokens * plan.Config(j.study, j.cell, j.data.manifest.Vocabulary).FLOPsPerToken()
	return max(1, min(mostSyncSteps, int(syncFLOPs/step)))
}

// train trains a claimed cell and publishes it.
func (a *Activities) train(ctx context.Context, j *job, claim *store.Claim, beat *heartbeat) (Done, error) {
	started := time.Now()
	training, cancel := untilReallyDone(ctx, claim)
	defer cancel(nil)
	backend := kernel.NewCPU(a.Threads)
	defer func() { _ = backend.Close() }()
	trainer, held, err := a.trainer(training, j, backend)
	if err != nil {
		return Done{}, err
	}
	s := &saver{store: a.Store, key: j.key, token: claim.Token, every: time.Duration(j.study.CheckpointSeconds * float64(time.Second))}
	if err := a.resume(training, j, trainer, s); err != nil {
		return Done{}, err
	}
	err = trainer.Run(training, syncSteps(j), func(done int, loss float64) error {
		beat.set(Progress{Cell: j.cell.String(), Step: done, Steps: trainer.Steps(), Loss: finite(loss), Checkpoint: s.step})
		return s.maybe(training, trainer)
	})
	if stopped(err) {
		return Done{}, errors.Join(err, s.last(trainer))
	}
	result, err := a.finish(j, trainer, held, err)
	if err != nil {
		return Done{}, err
	}
	result.Seconds = time.Since(started).Seconds()
	return a.publishCell(training, j, trainer, result, started, s)
}

// trainer makes a trainer at its first step, and the held-out documents.
func (a *Activities) trainer(ctx context.Context, j *job, b kernel.Backend) (*llama.Trainer, llama.Slice, error) {
	m := j.data.manifest
	docs, err := a.documents(ctx, m.Train, highest(j.read.Order)+1)
	if err != nil {
		return nil, nil, err
	}
	held, err := a.documents(ctx, m.Held, m.HeldOut)
	if err != nil {
		return nil, nil, err
	}
	t, err := llama.New(plan.Config(j.study, j.cell, m.Vocabulary), plan.Recipe(j.study, j.cell, m.Pad), b, j.cell.Seed,
		llama.Ordered{Documents: docs, Order: j.read.Order})
	return t, held[:min(len(held), m.HeldOut)], err
}

func highest(order []int32) int {
	top := int32(-1)
	for _, i := range order {
		top = max(top, i)
	}
	return int(top)
}

// resume puts the trainer at the newest checkpoint of any attempt. One of another run or of another program's format
// is left alone.
func (a *Activities) resume(ctx context.Context, j *job, t *llama.Trainer, s *saver) error {
	c, found, err := a.Store.LatestCheckpoint(ctx, j.key)
	if err != nil || !found {
		return err
	}
	err = t.Restore(c.Data)
	if errors.Is(err, llama.ErrForeign) || errors.Is(err, llama.ErrCorrupt) {
		return nil
	}
	if err != nil {
		return err
	}
	s.step = c.Step
	s.resumed = &ziplaw.Resumed{Token: c.Token, Step: c.Step, Digest: ziplaw.IDOf(c.Data)}
	return nil
}

// finish judges how the training ended, and validates.
func (a *Activities) finish(j *job, t *llama.Trainer, held llama.Slice, err error) (ziplaw.CellResult, error) {
	config := plan.Config(j.study, j.cell, j.data.manifest.Vocabulary)
	r := ziplaw.CellResult{
		State: ziplaw.StateDone, N: int64(config.Params()), NBody: int64(config.NonEmbeddingParams()), D: j.cell.D, Steps: t.Steps(),
		FLOPs: config.FLOPsPerToken() * float64(j.cell.D), FLOPs6ND: 6 * float64(config.Params()) * float64(j.cell.D),
	}
	if err == nil && len(held) > 0 {
		r.Validation, err = t.Validate(held)
	}
	if d, ok := errors.AsType[*llama.Diverged](err); ok {
		r.State, r.DivergedAt = ziplaw.StateDiverged, d.Step
		return r, nil
	}
	if err != nil {
		return r, err
	}
	losses := t.Losses()
	r.Last, r.MeanLast = float64(losses[len(losses)-1]), t.MeanLast(10)
	return r, nil
}

// publishCell stores the losses and the model and publishes the cell's record. Checkpoints go last.
func (a *Activities) publishCell(ctx context.Context, j *job, t *llama.Trainer, r ziplaw.CellResult, started time.Time, s *saver) (Done, error) {
	d := draft{resumed: s.resumed}
	d.in(roleSpec, j.spec)
	d.in(roleSampleRecord, j.data.record)
	losses, err := a.Store.Put(ctx, encodeLosses(t.Losses()))
	if err != nil {
		return Done{}, err
	}
	d.out(roleLosses, losses)
	model, err := t.Model()
	if err != nil && r.State == ziplaw.StateDone {
		return Done{}, err
	}
	r.ModelID = string(ziplaw.IDOf(model))
	if j.study.KeepModels && err == nil {
		id, err := a.Store.Put(ctx, model)
		if err != nil {
			return Done{}, err
		}
		d.out(roleModel, id)
	}
	d.values = r
	done, err := a.publish(ctx, j.act, j.cell.String(), started, d)
	if err != nil {
		return Done{}, fmt.Errorf("cell %s: %w", j.cell, err)
	}
	s.clean(ctx)
	return done, nil
}

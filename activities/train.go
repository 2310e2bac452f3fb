package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/attempt"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/llama"
	"github.com/ziplaw/ziplaw/internal/plan"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Bounds of the number of steps between looks at the loss, the clock and the context: often enough that a worker that
// stops has a second or so to wait (syncFLOPs is a second of a slow core, deviceSyncFLOPs of a slow device), and seldom enough
// to cost nothing: a device stands still while its losses are read.
const (
	mostSyncSteps   = 16
	syncFLOPs       = 1e10
	deviceSyncFLOPs = 5e12
)

func syncSteps(j *job) int {
	tokens := float64(j.study.Recipe.Batch * j.study.Context)
	step := tokens * plan.Config(j.study, j.cell, j.data.Manifest.Vocabulary).FLOPsPerToken()
	flops := syncFLOPs
	if j.study.OnCUDA() {
		flops = deviceSyncFLOPs
	}
	return max(1, min(mostSyncSteps, int(flops/step)))
}

// cellRun is a cell as an attempt trains it.
type cellRun struct {
	activities *Activities
	job        *job

	started time.Time
	device  *Taken
	backend kernel.Backend
	trainer *llama.Trainer
	held    *dataset.Reading
	done    Done
}

// Finished looks the cell up.
func (c *cellRun) Finished(ctx context.Context) (found bool, err error) {
	c.done, found, err = c.activities.findOrRelink(ctx, c.job.act,
		ziplaw.Ref{Role: actions.RoleSpec, ID: c.job.spec}, ziplaw.Ref{Role: actions.RoleSampleRecord, ID: c.job.data.Record})
	return found, err
}

// Trainer makes a trainer at its first step, and reads the held-out documents.
func (c *cellRun) Trainer(ctx context.Context) (attempt.Trainer, error) {
	c.started = time.Now()
	j, m := c.job, c.job.data.Manifest
	read, err := c.activities.reading(ctx, j.cell.DataSet, m, j.read.Order)
	if err != nil {
		return nil, err
	}
	c.held = read.held
	if c.backend, err = c.device.NewBackend(); err != nil {
		return nil, err
	}
	c.trainer, err = llama.New(plan.Config(j.study, j.cell, m.Vocabulary), plan.Recipe(j.study, j.cell, m.Pad), c.backend, j.cell.Seed, read.train)
	if err != nil {
		return nil, err
	}
	c.trainer.ConvertFrom(actions.ConvertID(j.study))
	return training{c.trainer}, nil
}

// training is a trainer as an attempt knows it.
type training struct{ *llama.Trainer }

// Snapshot is the trainer's.
func (t training) Snapshot() (attempt.Snapshot, error) { return t.Trainer.Snapshot() }

// Publish validates what the run has made, and publishes it. A diverged run is a result, too.
func (c *cellRun) Publish(ctx context.Context, ended error, resumed *ziplaw.Resumed) error {
	r, err := finish(c.job, c.trainer, c.held, ended)
	if err != nil {
		return err
	}
	r.Seconds = time.Since(c.started).Seconds()
	c.done, err = c.activities.publishCell(ctx, c, r, resumed)
	return err
}

func (c *cellRun) close() {
	if c.backend != nil {
		_ = c.backend.Close()
	}
}

// finish judges how the training ended, and validates.
func finish(j *job, t *llama.Trainer, held llama.Documents, err error) (ziplaw.CellResult, error) {
	config := plan.Config(j.study, j.cell, j.data.Manifest.Vocabulary)
	r := ziplaw.CellResult{
		Converted: conversions(t), State: ziplaw.StateDone, N: int64(config.Params()), NBody: int64(config.NonEmbeddingParams()), D: j.cell.D, Steps: t.Steps(),
		FLOPs: config.FLOPsPerToken() * float64(j.cell.D), FLOPs6ND: 6 * float64(config.Params()) * float64(j.cell.D),
	}
	if err == nil && held.Len() > 0 {
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

// publishCell stores the losses and the model and publishes the cell's record.
func (a *Activities) publishCell(ctx context.Context, c *cellRun, r ziplaw.CellResult, resumed *ziplaw.Resumed) (Done, error) {
	j, d := c.job, draft{resumed: resumed, accelerator: accelerator(c.device)}
	d.in(actions.RoleSpec, j.spec)
	d.in(actions.RoleSampleRecord, j.data.Record)
	losses, err := a.Store.Put(ctx, encodeLosses(c.trainer.Losses()))
	if err != nil {
		return Done{}, err
	}
	d.out(actions.RoleLosses, losses)
	kept, err := a.putModel(ctx, c, &r)
	if err != nil {
		return Done{}, err
	}
	if kept {
		d.out(actions.RoleModel, ziplaw.ArtifactID(r.ModelID))
	}
	d.values = r
	done, err := a.publish(ctx, j.act, j.cell.String(), c.started, d)
	if err != nil {
		return Done{}, fmt.Errorf("cell %s: %w", j.cell, err)
	}
	return done, nil
}

// putModel names the final parameters by their digest, and stores them where the study keeps models. A diverged cell has none.
func (a *Activities) putModel(ctx context.Context, c *cellRun, r *ziplaw.CellResult) (kept bool, err error) {
	if r.State != ziplaw.StateDone {
		return false, nil
	}
	model, err := c.trainer.Model()
	if err != nil {
		return false, err
	}
	defer model.Close()
	put := func() (ziplaw.ArtifactID, error) { return store.Digest(model) }
	if c.job.study.KeepModels {
		put = func() (ziplaw.ArtifactID, error) { return a.Store.PutContent(ctx, model) }
	}
	id, err := put()
	r.ModelID = string(id)
	return c.job.study.KeepModels, err
}

// accelerator is what a record says of the device that a cell was trained on.
func accelerator(d kernel.Device) *ziplaw.Accelerator {
	if f := d.Facts(); f.Name != "" {
		a := ziplaw.Accelerator(f)
		return &a
	}
	return nil
}

// conversions are those that a run went through.
func conversions(t *llama.Trainer) (all []ziplaw.Conversion) {
	for _, c := range t.Converted() {
		all = append(all, ziplaw.Conversion(c))
	}
	return all
}

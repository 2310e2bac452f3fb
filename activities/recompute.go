package activities

import (
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/cache"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/random"
	"github.com/ziplaw/ziplaw/internal/store"
)

// RecomputeOptions say which cells are trained again, and with what.
type RecomputeOptions struct {
	Cells   int // drawn from all by Seed; 0 is all
	Seed    uint64
	Threads int // cells at once
	Memory  int64
	Cache   *cache.Cache
	// Progress hears of each cell that is done.
	Progress func(done, of int, cell string)
}

// near2 is how far the loss of a cell in another arithmetic may be from the stored one, relative to it. Of 20 cells of up to 1,024 steps,
// products with operands rounded to TF32 moved the validation loss by 0.2 percent at most, a rounding of float32's size in the initial
// weights by 0.004, and another training seed by 0.2 to 11.
const near2 = 0.01

// Recompute trains cells of a finished version again, on this machine's processor and beside the store, and compares: the bits where
// the cells are of this arithmetic, their losses where they are of another. Every fitted number gets a verdict: R1 where all of the
// law's cells that were trained again have the same bits, else R3 where it stays inside its interval with their losses in place.
func Recompute(ctx context.Context, st *store.Store, v ziplaw.StudyVersion, o RecomputeOptions) (lineage.Recomputation, error) {
	a := &Activities{Store: st, Cache: o.Cache, Devices: SharedCPU(o.Threads, NewMemory(o.Memory)), Memory: o.Memory}
	study, err := a.study(ctx, v.Spec)
	if err != nil {
		return lineage.Recomputation{}, err
	}
	r := recomputer{Activities: a, study: study, options: o}
	if err := r.gather(ctx, v); err != nil {
		return r.found, err
	}
	if err := r.train(ctx); err != nil {
		return r.found, err
	}
	for i := range r.sets {
		if err := r.judge(ctx, &r.sets[i]); err != nil {
			return r.found, err
		}
	}
	return r.found, nil
}

type recomputer struct {
	*Activities
	study   ziplaw.Study
	options RecomputeOptions
	sets    []recomputedSet
	found   lineage.Recomputation
}

// recomputedSet is a data set whose cells are trained again.
type recomputedSet struct {
	name   string
	data   actions.Sampled
	fit    ziplaw.Record
	values actions.FitValues
	cells  []FinishedCell
	again  []recomputedCell
}

// recomputedCell is a cell that was trained again.
type recomputedCell struct {
	place int // among the set's cells
	cell  FinishedCell
	class string
}

// gather reads the cells, and draws those that are trained again.
func (r *recomputer) gather(ctx context.Context, v ziplaw.StudyVersion) error {
	for _, m := range v.DataSets {
		s := recomputedSet{name: m.DataSet}
		var err error
		if s.data, err = actions.LoadSampled(ctx, r.Store, m.Sample); err != nil {
			return err
		}
		if s.fit, s.values, err = actions.Load[actions.FitValues](ctx, r.Store, m.Fit); err != nil {
			return err
		}
		if s.cells, err = r.cellsOfFit(ctx, r.study, m.DataSet, s.data, s.fit); err != nil {
			return err
		}
		r.sets, r.found.Of = append(r.sets, s), r.found.Of+len(s.cells)
	}
	chosen := random.Permutation(r.options.Seed, "recompute", r.found.Of)
	if n := r.options.Cells; n > 0 && n < len(chosen) {
		chosen = chosen[:n]
	}
	slices.Sort(chosen)
	first := 0
	for i := range r.sets {
		s := &r.sets[i]
		for place := range s.cells {
			if _, taken := slices.BinarySearch(chosen, int32(first+place)); taken {
				s.again = append(s.again, recomputedCell{place: place})
			}
		}
		first += len(s.cells)
	}
	return nil
}

// train trains the chosen cells, some at once.
func (r *recomputer) train(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, r.options.Threads))
	of, done := 0, make(chan string)
	for i := range r.sets {
		of += len(r.sets[i].again)
	}
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		n := 0
		for cell := range done {
			n++
			r.options.Progress(n, of, cell)
		}
	}()
	for i := range r.sets {
		s := &r.sets[i]
		for k := range s.again {
			g.Go(func() error {
				err := r.again(ctx, s, &s.again[k])
				if err == nil {
					done <- s.cells[s.again[k].place].Cell.String()
				}
				return err
			})
		}
	}
	err := g.Wait()
	close(done)
	<-heard
	return err
}

// again trains one cell again and compares it.
func (r *recomputer) again(ctx context.Context, s *recomputedSet, c *recomputedCell) error {
	stored := s.cells[c.place]
	j := &job{study: r.study, cell: stored.Cell, data: s.data}
	j.study.Numerics, j.study.KeepModels = ziplaw.NumericsCPU, false
	_, j.read = actions.TrainCell(r.study, j.cell, s.data)
	run := &cellRun{activities: r.Activities, job: j}
	defer run.close()
	var err error
	if run.device, err = r.Devices.Take(ctx, needOf(j), func() (bool, error) { return false, nil }); err != nil {
		return err
	}
	defer func() { run.device.Release(nil) }()
	if _, err := run.Trainer(ctx); err != nil {
		return err
	}
	ended := run.trainer.Run(ctx, syncSteps(j), func(int, float64) error { return nil })
	if ctx.Err() != nil {
		return ctx.Err()
	}
	result, err := finish(j, run.trainer, run.held, ended)
	if err != nil {
		return err
	}
	c.cell = stored
	c.cell.curve = run.trainer.Losses()
	c.cell.Result, c.cell.Losses = result, ziplaw.IDOf(encodeLosses(c.cell.curve))
	return r.classify(ctx, stored, c, run)
}

// classify says how near a cell that was trained again is to the stored one.
func (r *recomputer) classify(ctx context.Context, stored FinishedCell, c *recomputedCell, run *cellRun) error {
	if _, err := r.putModel(ctx, run, &c.cell.Result); err != nil {
		return err
	}
	was, is := stored.Result, c.cell.Result
	cpu := r.study.Numerics == ziplaw.NumericsCPU && len(was.Converted) == 0
	switch {
	case cpu && was.State == is.State && sameBits(was, is) && c.cell.Losses == stored.Losses && (was.ModelID == is.ModelID || is.State == ziplaw.StateDiverged):
		c.class = lineage.R1
	case !cpu && was.State == is.State && difference(was, is) <= near2:
		c.class = lineage.R2
	default:
		c.class = lineage.NotReproduced
	}
	return nil
}

func sameBits(a, b ziplaw.CellResult) bool {
	for _, x := range [][2]float64{{a.Last, b.Last}, {a.MeanLast, b.MeanLast}, {a.Validation, b.Validation}} {
		if math.Float64bits(x[0]) != math.Float64bits(x[1]) {
			return false
		}
	}
	return a.DivergedAt == b.DivergedAt
}

// difference is that of two cells' last losses, relative to the first.
func difference(a, b ziplaw.CellResult) float64 {
	x, y := a.Last, b.Last
	if a.Validation > 0 {
		x, y = a.Validation, b.Validation
	}
	if x == y {
		return 0
	}
	return math.Abs(x-y) / math.Abs(x)
}

// judge judges a data set's law.
func (r *recomputer) judge(ctx context.Context, s *recomputedSet) error {
	if len(s.again) == 0 {
		return nil
	}
	all := lineage.R1
	cells := slices.Clone(s.cells)
	for _, c := range s.again {
		stored := s.cells[c.place]
		r.found.Cells = append(r.found.Cells, lineage.Recomputed{Cell: stored.Cell.String(), Class: c.class, Difference: difference(stored.Result, c.cell.Result)})
		if c.class != lineage.NotReproduced {
			r.found.Reproduced++
		}
		if c.class != lineage.R1 {
			all = lineage.R3
		}
		cells[c.place] = c.cell
	}
	r.found.Share = float64(r.found.Reproduced) / float64(len(r.found.Cells))
	if s.values.Law == nil {
		return nil
	}
	again := *s.values.Law
	if all == lineage.R3 {
		p, err := actions.Params[actions.FitParams](s.fit)
		if err != nil {
			return err
		}
		values, _, err := r.lawOf(ctx, s.name, p.Options, s.data.Manifest.Vocabulary, cells)
		if err != nil || values.Law == nil {
			return err
		}
		again = *values.Law
	}
	r.verdicts(s, all, again)
	return nil
}

// verdicts are on the parameters of a law.
func (r *recomputer) verdicts(s *recomputedSet, class string, again ziplaw.Fit) {
	values := map[string]float64{"E": again.E, "A": again.A, "B": again.B, "alpha": again.Alpha, "beta": again.Beta}
	for _, name := range []string{"E", "A", "B", "alpha", "beta"} {
		v := lineage.Verdict{DataSet: s.name, Parameter: name, Class: class, Cells: len(s.again), Of: len(s.cells)}
		in, known := s.values.Law.Intervals[name]
		if class == lineage.R3 && known && (values[name] < in[0] || values[name] > in[1]) {
			v.Class = lineage.NotReproduced
		}
		r.found.Verdicts = append(r.found.Verdicts, v)
	}
}

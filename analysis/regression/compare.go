package regression

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
	"github.com/ziplaw/ziplaw/analysis/scaling"
	"github.com/ziplaw/ziplaw/internal/random"
)

// Measure is a measure of data sets that may stand in the place of H.
type Measure struct {
	Name   string
	Values []float64 // of the sets, in their order
}

// comparison is a comparison of forms in the making.
type comparison struct {
	ctx     context.Context
	options ziplaw.FitOptions
	sets    []Set
	frame   frame
	start   [terms]float64 // of the law that doesn't depend on the data
}

// manySets is the number of data sets below which a comparison by data sets left out says little: four gave the wrong answer and
// sixteen the right one in a study of random grammars (see docs/laws.md).
const manySets = 8

// Compare fits one law to all runs of all sets, once for each form of dependence on the measure, and predicts every data set from
// the law of the others. Others are measured with the best form. Options give the loss of ln L, delta, level, resamples and seed.
func Compare(ctx context.Context, measure string, sets []Set, others []Measure, o ziplaw.FitOptions) (ziplaw.Joint, ziplaw.Law, error) {
	c, err := newComparison(ctx, sets, o)
	if err != nil {
		return ziplaw.Joint{}, ziplaw.Law{}, err
	}
	r := ziplaw.Joint{Measure: measure, Cells: len(pool(sets)), Delta: o.Delta, Level: o.Level, Warnings: []ziplaw.Warning{}, Others: []ziplaw.MeasureScore{}}
	if o.Loss != "huber" {
		r.Delta = 0
	}
	for _, s := range sets {
		r.DataSets = append(r.DataSets, s.Name)
	}
	all, err := c.models(c.sets)
	if err != nil {
		return r, ziplaw.Law{}, err
	}
	best := 0
	for i, m := range all {
		r.Models = append(r.Models, c.result(m, all[0]))
		if r.Models[i].HeldOut < r.Models[best].HeldOut {
			best = i
		}
	}
	r.Best = r.Models[best].Name
	if r.Partial, err = c.partial(); err != nil {
		return r, ziplaw.Law{}, err
	}
	if r.Own, err = c.own(); err != nil {
		return r, ziplaw.Law{}, err
	}
	for _, other := range others {
		score, err := c.measured(other, all[0])
		if err != nil {
			return r, ziplaw.Law{}, err
		}
		r.Others = append(r.Others, score)
	}
	r.Warnings = doubts(r, best)
	law, err := c.law(measure, r, all[best])
	return r, law, err
}

func newComparison(ctx context.Context, sets []Set, o ziplaw.FitOptions) (*comparison, error) {
	if err := checkSets(sets); err != nil {
		return nil, err
	}
	if o.Loss == "mse" {
		return nil, fmt.Errorf("joint fit: the loss mse is of L; a joint fit takes ln L: huber or mse_log")
	}
	c := &comparison{ctx: ctx, options: o, sets: sets, frame: frameOf(sets)}
	constant, err := scaling.Quick(ctx, pool(sets), o)
	if err != nil {
		return nil, err
	}
	c.start = [terms]float64{
		constant.LogA - float64(constant.Alpha*c.frame.centreN), constant.LogB - float64(constant.Beta*c.frame.centreD),
		constant.Alpha, constant.Beta, constant.E,
	}
	return c, nil
}

func (c *comparison) delta() float64 {
	if c.options.Loss != "huber" {
		return math.Inf(1)
	}
	return c.options.Delta
}

// model is a form with its law and the residuals of each set when it is left out.
type model struct {
	name   string
	form   form
	joint  *joint
	all    fitted
	absent [][]float64 // |residual of ln L| of each set when it is left out
	cells  []float64   // of cells left out
}

// models fits every form to all sets, and to all but each.
func (c *comparison) models(sets []Set) ([]model, error) {
	all := make([]model, len(forms))
	for i, f := range forms {
		j := newJoint(sets, f.form, c.frame, c.delta())
		all[i] = model{name: f.name, form: f.form, joint: j, absent: make([][]float64, len(sets))}
	}
	err := each(c.ctx, len(all), func(i int) { all[i].all = all[i].joint.fit(c.ctx, all[i].joint.wide(c.start)...) })
	if err != nil {
		return nil, err
	}
	folds := foldsOf(len(sets))
	err = each(c.ctx, len(all)*len(folds), func(i int) { c.predict(&all[i/len(folds)], sets, folds[i%len(folds)]) })
	if err != nil {
		return nil, err
	}
	return all, each(c.ctx, len(all), func(i int) { all[i].cells = c.leftCells(&all[i], sets) })
}

// mostFolds bounds the parts of data sets that are left out in turn: each takes a fit of all others.
const mostFolds = 40

// foldsOf are the data sets left out together: each by itself, or one in mostFolds where they are more.
func foldsOf(n int) [][]int {
	folds := make([][]int, min(n, mostFolds))
	for i := range n {
		folds[i%len(folds)] = append(folds[i%len(folds)], i)
	}
	return folds
}

// predict notes the sizes of the residuals of left-out sets by the law of the others.
func (c *comparison) predict(m *model, sets []Set, left []int) {
	var rest []Set
	for i, s := range sets {
		if !slices.Contains(left, i) {
			rest = append(rest, s)
		}
	}
	j := newJoint(rest, m.form, c.frame, c.delta())
	x := j.fit(c.ctx, append(j.starts(c.start)[:1], m.all.x)...).x
	for _, i := range left {
		m.absent[i] = j.sizes(x, sets[i])
	}
}

// sizes are |residual of ln L| of a set by the terms of data with its measure.
func (j *joint) sizes(x []float64, s Set) []float64 { return j.sizesBy(j.at(x, s.H), s) }

// sizesBy are |residual of ln L| of a set by terms.
func (j *joint) sizesBy(u [terms]float64, s Set) []float64 {
	sizes := make([]float64, len(s.Points))
	for i, p := range s.Points {
		r, _ := residual(u, math.Log(p.N)-j.centreN, math.Log(p.D)-j.centreD, math.Log(p.L))
		sizes[i] = math.Abs(r)
	}
	return sizes
}

// result is what a model shows, beside none, the model of no dependence.
func (c *comparison) result(m, none model) ziplaw.JointModel {
	r := ziplaw.JointModel{
		Name: m.name, Depends: m.form.depends(), Objective: m.all.value, Terms: m.joint.terms(m.all.x),
		LeftCells: medianOfAll([][]float64{m.cells}, nil), HeldOut: medianOfAll(m.absent, nil), Ratio: medianOfAll(m.absent, nil) / medianOfAll(none.absent, nil), DataSets: map[string]float64{},
	}
	if delta := c.delta(); !math.IsInf(delta, 1) {
		r.Objective *= delta * delta
	}
	inside := make([][]float64, len(c.sets))
	for i, s := range c.sets {
		inside[i] = m.joint.sizes(m.all.x, s)
		r.DataSets[s.Name] = medianOfAll(m.absent[i:i+1], nil)
	}
	r.InSample = medianOfAll(inside, nil)
	r.Interval, r.Ratios = c.resampled(m, none)
	return r
}

// resampled are the intervals of a model's held-out median and of its ratio to that of none, over resamples of data sets.
func (c *comparison) resampled(m, none model) (scores, ratios [2]float64) {
	var score, ratio []float64
	for r := range c.options.Resamples {
		draw := random.At(uint64(c.options.Seed), "data sets of a comparison", uint64(r))
		picked := make([]int, len(m.absent))
		for i := range picked {
			picked[i] = int(draw.Bounded(uint64(len(picked))))
		}
		v := medianOfAll(m.absent, picked)
		score, ratio = append(score, v), append(ratio, v/medianOfAll(none.absent, picked))
	}
	return c.interval(score), c.interval(ratio)
}

func (c *comparison) interval(v []float64) [2]float64 { return analysis.Interval(v, c.options.Level) }

// medianOfAll is the median of the values of picked sets, or of all where none is picked.
func medianOfAll(sets [][]float64, picked []int) float64 {
	var all []float64
	if picked == nil {
		for _, s := range sets {
			all = append(all, s...)
		}
	}
	for _, i := range picked {
		all = append(all, sets[i]...)
	}
	return analysis.Median(all)
}

// measured is the best form with another measure.
func (c *comparison) measured(other Measure, none model) (ziplaw.MeasureScore, error) {
	sets := slices.Clone(c.sets)
	for i := range sets {
		sets[i].H = other.Values[i]
	}
	inner := *c
	inner.frame.low, inner.frame.high = rangeOf(sets)
	all, err := inner.models(sets)
	if err != nil {
		return ziplaw.MeasureScore{}, err
	}
	score := ziplaw.MeasureScore{Measure: other.Name, HeldOut: math.Inf(1)}
	for _, m := range all[1:] {
		if v := medianOfAll(m.absent, nil); v < score.HeldOut {
			_, ratios := c.resampled(m, none)
			score.Model, score.HeldOut, score.Ratio, score.Ratios = m.name, v, v/medianOfAll(none.absent, nil), ratios
		}
	}
	return score, nil
}

// own predicts each N and D of a set from a law of the set's other cells. It is nil where a set has too few.
func (c *comparison) own() (*float64, error) {
	type left struct{ set, group int }
	var parts []left
	groups := make([][][]int, len(c.sets))
	for s, set := range c.sets {
		groups[s] = scaling.Clusters(set.Points)
		for g := range groups[s] {
			parts = append(parts, left{s, g})
		}
	}
	sizes := make([][]float64, len(parts))
	failed := make([]bool, len(parts))
	start, lawless := make([]ziplaw.Fit, len(c.sets)), make([]bool, len(c.sets))
	err := each(c.ctx, len(c.sets), func(s int) {
		var err error
		start[s], err = scaling.Quick(c.ctx, c.sets[s].Points, c.options)
		lawless[s] = err != nil
	})
	if err != nil || slices.Contains(lawless, true) {
		return nil, err
	}
	err = each(c.ctx, len(parts), func(i int) {
		set, group := c.sets[parts[i].set], groups[parts[i].set][parts[i].group]
		law, err := scaling.Near(c.ctx, set.Points, group, start[parts[i].set], c.options)
		if failed[i] = err != nil; failed[i] {
			return
		}
		for _, at := range group {
			sizes[i] = append(sizes[i], math.Abs(scaling.Residual(law, set.Points[at])))
		}
	})
	if err != nil || slices.Contains(failed, true) {
		return nil, err
	}
	v := medianOfAll(sizes, nil)
	return &v, nil
}

// doubts are the warnings about a comparison.
func doubts(r ziplaw.Joint, best int) []ziplaw.Warning {
	w := []ziplaw.Warning{}
	warn := func(code, format string, args ...any) {
		w = append(w, ziplaw.Warning{Code: code, Message: fmt.Sprintf(format, args...)})
	}
	if n := len(r.DataSets); n < manySets {
		warn("few_datasets", "%d data sets are few to choose a dependence by: with four, a comparison chose wrongly that sixteen settled", n)
	}
	b := r.Models[best]
	switch {
	case best == 0:
		warn("no_dependence", "no dependence on %s predicts data sets left out better than none", r.Measure)
	case b.Ratios[1] >= 1:
		warn("not_better", "the dependence on %s isn't significantly better than none: the ratio of held-out residuals is %.2f [%.2f, %.2f]", r.Measure, b.Ratio, b.Ratios[0], b.Ratios[1])
	}
	for _, o := range r.Others {
		if o.HeldOut < 0.8*b.HeldOut {
			warn("better_measure", "%s predicts data sets left out better than %s: %.3g against %.3g", o.Measure, r.Measure, o.HeldOut, b.HeldOut)
		}
	}
	return w
}

package regression

import (
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
	"github.com/ziplaw/ziplaw/internal/random"
)

// partial fits the forms in which data sets have terms of their own. A data set with fewer cells than such terms has no law in
// them; then there are none.
func (c *comparison) partial() ([]ziplaw.PartialModel, error) {
	results := []ziplaw.PartialModel{}
	if len(c.sets) > mostPartial {
		return results, nil
	}
	all := make([]model, len(partials))
	err := each(c.ctx, len(all), func(i int) {
		j := newJoint(c.sets, partials[i].form, c.frame, c.delta())
		all[i] = model{name: partials[i].name, form: j.form, joint: j, all: j.fit(c.ctx, j.wide(c.start)...)}
		all[i].cells = c.leftCells(&all[i], c.sets)
	})
	if err != nil {
		return nil, err
	}
	best := 0
	for i, m := range all {
		r := ziplaw.PartialModel{Name: m.name, Own: m.form.named(own), Depends: m.form.depends(), Objective: m.all.value, LeftCells: medianOfAll([][]float64{m.cells}, nil)}
		if delta := c.delta(); !math.IsInf(delta, 1) {
			r.Objective *= delta * delta
		}
		inside := make([][]float64, len(c.sets))
		for s, set := range c.sets {
			inside[s] = m.joint.sizesBy(m.joint.of(m.all.x, s, set.H), set)
		}
		r.InSample = medianOfAll(inside, nil)
		if results = append(results, r); r.LeftCells < results[best].LeftCells {
			best = i
		}
	}
	results[best].DataSets, err = c.estimates(all[best])
	return results, err
}

// mostPartial bounds the data sets of partial models, whose unknowns grow with them.
const mostPartial = 60

// cellFolds is the number of parts of the cells that are left out in turn.
const cellFolds = 10

// leftCells are the sizes of the residuals of cells by a law of the others. All cells of one N and D of a data set are left out
// together.
func (c *comparison) leftCells(m *model, sets []Set) []float64 {
	fold := make([][]int, len(sets)) // of each cell
	for s, set := range sets {
		fold[s] = make([]int, len(set.Points))
		for g, group := range scaling.Clusters(set.Points) {
			for _, i := range group {
				fold[s][i] = (g + s) % cellFolds
			}
		}
	}
	var sizes []float64
	for k := range cellFolds {
		j := newJoint(sets, m.form, c.frame, c.delta())
		row := 0
		for s := range sets {
			for i := range sets[s].Points {
				if fold[s][i] == k {
					j.weights[row] = 0
				}
				row++
			}
		}
		x := j.fit(c.ctx, m.all.x).x
		for s, set := range sets {
			all := j.sizesBy(j.of(x, s, set.H), set)
			for i, size := range all {
				if fold[s][i] == k {
					sizes = append(sizes, size)
				}
			}
		}
	}
	return sizes
}

// mostEstimates bounds the resamples of cells behind a partial model's intervals: each is a fit of all runs.
const mostEstimates = 100

// estimates are each data set's parameters with intervals over resampled cells, all of one N and D as one.
func (c *comparison) estimates(m model) (map[string]map[string]ziplaw.Estimate, error) {
	value := m.parameters(m.all.x)
	resampled := make([][]map[string]float64, min(c.options.Resamples, mostEstimates))
	err := each(c.ctx, len(resampled), func(r int) {
		draw := random.At(uint64(c.options.Seed), "cells of a joint law", uint64(r))
		j := newJoint(c.sets, m.form, c.frame, c.delta())
		row := 0
		for _, set := range c.sets {
			groups := scaling.Clusters(set.Points)
			count := make([]float64, len(set.Points))
			for range groups {
				for _, i := range groups[draw.Bounded(uint64(len(groups)))] {
					count[i]++
				}
			}
			for _, n := range count {
				j.weights[row] *= n
				row++
			}
		}
		resampled[r] = m.parameters(j.fit(c.ctx, m.all.x).x)
	})
	sets := map[string]map[string]ziplaw.Estimate{}
	for s, set := range c.sets {
		sets[set.Name] = map[string]ziplaw.Estimate{}
		for name, v := range value[s] {
			values := make([]float64, len(resampled))
			for r := range resampled {
				if resampled[r] != nil {
					values[r] = resampled[r][s][name]
				}
			}
			in := c.interval(values)
			sets[set.Name][name] = ziplaw.Estimate{Value: v, Low: in[0], High: in[1]}
		}
	}
	return sets, err
}

// parameters are those of each set's law: ln A, ln B, alpha, beta and E.
func (m model) parameters(x []float64) []map[string]float64 {
	j := m.joint
	all := make([]map[string]float64, len(j.sets))
	for s, set := range j.sets {
		u := j.of(x, s, set.H)
		all[s] = map[string]float64{
			"lnA": u[atA] + float64(u[atAlpha]*j.centreN), "lnB": u[atB] + float64(u[atBeta]*j.centreD), "alpha": u[atAlpha], "beta": u[atBeta], "E": u[atE],
		}
	}
	return all
}

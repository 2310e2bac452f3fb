package regression

import (
	"context"
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
	"github.com/ziplaw/ziplaw/internal/random"
)

// PowerSizes are the numbers of data sets that PowerOf looks at.
var PowerSizes = []int{4, 6, 8, 12, 16, 24}

// PowerOf simulates comparisons of other numbers of data sets: from the law in which all terms depend on the measure, and from the
// one in which none does, both fitted to the sets given. A simulated data set has a measure anywhere in their range, the N and D
// of one of them, and that one's residuals, so that what data sets have of their own stays. Progress, which may be nil, is told
// after each size.
func PowerOf(ctx context.Context, sets []Set, o ziplaw.FitOptions, simulations int, progress func(ziplaw.Power)) ([]ziplaw.Power, error) {
	c, err := newComparison(ctx, sets, o)
	if err != nil {
		return nil, err
	}
	if c.frame.low == c.frame.high {
		return nil, fmt.Errorf("power: all data sets have the same measure")
	}
	none, all := c.only(form{}), c.only(forms[len(forms)-1].form)
	var list []ziplaw.Power
	for _, size := range PowerSizes {
		better, certain := make([]bool, simulations), make([]bool, simulations)
		wrong := make([]bool, simulations)
		err := each(ctx, simulations, func(i int) {
			better[i], certain[i] = c.trial(c.simulate(all, size, uint64(i)))
			_, wrong[i] = c.trial(c.simulate(none, size, uint64(i)))
		})
		if err != nil {
			return list, err
		}
		p := ziplaw.Power{DataSets: size, Simulations: simulations, Better: share(better), Certain: share(certain), False: share(wrong)}
		if list = append(list, p); progress != nil {
			progress(p)
		}
	}
	return list, nil
}

func share(yes []bool) float64 {
	n := 0
	for _, y := range yes {
		if y {
			n++
		}
	}
	return float64(n) / float64(len(yes))
}

// only fits one form to all sets.
func (c *comparison) only(f form) model {
	j := newJoint(c.sets, f, c.frame, c.delta())
	return model{form: f, joint: j, all: j.fit(c.ctx, j.wide(c.start)...), absent: make([][]float64, len(c.sets))}
}

// simulate draws data sets of a model's law.
func (c *comparison) simulate(m model, size int, index uint64) []Set {
	s := random.At(uint64(c.options.Seed), "simulated data sets", index<<8|uint64(size))
	sets := make([]Set, size)
	for i := range sets {
		like := c.sets[s.Bounded(uint64(len(c.sets)))]
		h := c.frame.low + float64(s.Float64()*(c.frame.high-c.frame.low))
		of, to := m.joint.at(m.all.x, like.H), m.joint.at(m.all.x, h)
		sets[i] = Set{Name: fmt.Sprint(i), H: h, Points: make([]scaling.Point, len(like.Points))}
		for k, p := range like.Points {
			n, d := math.Log(p.N)-c.frame.centreN, math.Log(p.D)-c.frame.centreD
			was, _ := residual(of, n, d, math.Log(p.L))
			law, _ := residual(to, n, d, 0)
			p.L = math.Exp(law - was)
			sets[i].Points[k] = p
		}
	}
	return sets
}

// trial compares all with none on simulated sets.
func (c *comparison) trial(sets []Set) (better, certain bool) {
	inner := *c
	inner.sets = sets
	none, all := inner.only(form{}), inner.only(forms[len(forms)-1].form)
	for _, fold := range foldsOf(len(sets)) {
		inner.predict(&none, sets, fold)
		inner.predict(&all, sets, fold)
	}
	_, ratios := inner.resampled(all, none)
	return medianOfAll(all.absent, nil) < medianOfAll(none.absent, nil), ratios[1] < 1
}

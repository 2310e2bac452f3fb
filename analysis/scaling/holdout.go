package scaling

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
)

// heldOut is the share of the runs that the hold-out predicts: those of most compute.
const heldOut = 0.2

// holdOut fits the runs of least compute and predicts the others. It is nil where too few would be left for a fit.
func (f *fitter) holdOut() (*ziplaw.HoldOut, error) {
	order := make([]int, len(f.points))
	for i := range order {
		order[i] = i
	}
	compute := func(i int) float64 { return 6 * f.points[i].N * f.points[i].D }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(compute(a), compute(b)) })
	cut := len(order) - max(1, int(heldOut*float64(len(order))))
	for cut > 0 && compute(order[cut-1]) == compute(order[cut]) {
		cut--
	}
	small := make([]Point, cut)
	for i, at := range order[:cut] {
		small[i] = f.points[at]
	}
	if check(small, f.problem.freedom) != nil {
		return nil, nil //nolint:nilerr // too few are left: there is no hold-out then
	}
	p := newProblem(small, f.options)
	s, err := project(f.ctx, p)
	if err != nil {
		return nil, err
	}
	law := p.curve.law(p.descend(f.ctx, s.u), p.delta)
	h := &ziplaw.HoldOut{Fitted: cut, Cells: len(order) - cut, FromC: compute(order[cut])}
	var inside, outside, signed []float64
	for i, at := range order {
		r := Residual(law, f.points[at])
		if i < cut {
			inside = append(inside, math.Abs(r))
			continue
		}
		outside, signed = append(outside, math.Abs(r)), append(signed, r)
	}
	h.Median, h.InSample, h.Bias = analysis.Median(outside), analysis.Median(inside), stat.Mean(signed, nil)
	return h, nil
}

package scaling

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/ziplaw/ziplaw/analysis/huber"
	"github.com/ziplaw/ziplaw/internal/random"
)

// starts is a grid of starts in (a, b, alpha, beta, e), with a = ln A, b = ln B and e = ln E.
func starts(name string) [][parameters]float64 {
	a, exponents, e := []float64{0, 5, 10, 15, 20, 25}, []float64{0, .5, 1, 1.5, 2}, []float64{-1, -.5, 0, .5, 1} // Hoffmann et al. 2022, appendix D.3
	if name == "muennighoff" {                                                                                    // datablations (Muennighoff et al. 2023)
		a, exponents, e = []float64{0, 6.25, 12.5, 18.75, 25}, []float64{0, 2. / 3, 4. / 3, 2}, []float64{-1, -1. / 3, 1. / 3, 1}
	}
	var grid [][parameters]float64
	for _, a0 := range a {
		for _, b0 := range a {
			for _, alpha := range exponents {
				for _, beta := range exponents {
					for _, e0 := range e {
						grid = append(grid, [parameters]float64{a0, b0, alpha, beta, e0})
					}
				}
			}
		}
	}
	return grid
}

// centred is a start as the search takes it. A term that is far above any loss, or far below, is brought to where the runs can
// tell its size.
func (c *curve) centred(s [parameters]float64) [parameters]float64 {
	within := func(x float64) float64 { return min(max(x, 1e-3*c.smallest), 10*c.greatest) }
	return [parameters]float64{
		atA: within(math.Exp(s[0] - s[2]*c.centreN)), atB: within(math.Exp(s[1] - s[3]*c.centreD)),
		atAlpha: s[2], atBeta: s[3], atE: min(math.Exp(s[4]), c.smallest),
	}
}

// search descends from every start, a few steps each, and to the end from the best; ties go to the earlier start. The best
// solution is the first.
func search(ctx context.Context, p *problem, grid [][parameters]float64) ([]solution, error) {
	const kept = 60
	quick := huber.Settings{Iterations: 12, Tolerance: 1e-3}
	rough := max(p.delta, 0.05) // a wide delta shows the way, and the best are descended from at the fit's own
	first := make([]solution, len(grid))
	err := parallel(ctx, p.sample(firstRuns), len(grid), func(p *problem, i int) {
		first[i] = p.reach(ctx, p.curve.centred(grid[i]), []float64{rough}, quick)
	})
	if err != nil {
		return nil, err
	}
	best := unlike(first)
	best = best[:min(kept, len(best))]
	last := make([]solution, len(best))
	err = parallel(ctx, p, len(best), func(p *problem, i int) { last[i] = p.descend(ctx, best[i].u) })
	return unlike(last), err
}

// firstRuns is how many runs the first steps look at: more tell no better where to go.
const firstRuns = 500

// sample is the problem over some of its runs, or itself where there are no more.
func (p *problem) sample(most int) *problem {
	n := len(p.curve.loss)
	if n <= most {
		return p
	}
	picked := random.Permutation(1, "runs of the first search", n)[:most]
	slices.Sort(picked)
	other := *p
	other.curve = p.curve.some(picked)
	other.weights = nil
	for _, i := range picked {
		if p.weights != nil {
			other.weights = append(other.weights, p.weights[i])
		}
	}
	return &other
}

// unlike sorts solutions by value and drops those that are nearly the one before.
func unlike(all []solution) []solution {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b solution) int { return cmp.Compare(a.value, b.value) })
	return slices.CompactFunc(sorted, func(a, b solution) bool {
		return math.Abs(a.value-b.value) <= 1e-9*math.Abs(a.value)
	})
}

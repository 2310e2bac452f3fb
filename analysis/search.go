package analysis

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"gonum.org/v1/gonum/optimize"
)

// Bounds of the exponents. A law outside them isn't one.
const maxExponent = 5

// starts is a grid of starts in (a, b, alpha, beta, e).
func starts(name string) [][]float64 {
	a, exponents, e := []float64{0, 5, 10, 15, 20, 25}, []float64{0, .5, 1, 1.5, 2}, []float64{-1, -.5, 0, .5, 1} // Hoffmann et al. 2022, appendix D.3
	if name == "muennighoff" {                                                                                    // datablations (Muennighoff et al. 2023)
		a, exponents, e = []float64{0, 6.25, 12.5, 18.75, 25}, []float64{0, 2. / 3, 4. / 3, 2}, []float64{-1, -1. / 3, 1. / 3, 1}
	}
	var grid [][]float64
	for _, a0 := range a {
		for _, b0 := range a {
			for _, alpha := range exponents {
				for _, beta := range exponents {
					for _, e0 := range e {
						grid = append(grid, []float64{a0, b0, alpha, beta, e0})
					}
				}
			}
		}
	}
	return grid
}

// solution is a feasible minimum.
type solution struct {
	x     []float64
	face  face
	value float64
}

// search runs L-BFGS from every start, a few steps each, and to the end from the best; ties go to the earlier start.
func search(o *objective, grid [][]float64) []solution {
	const quickSteps, kept = 25, 60
	quick := make([]solution, len(grid))
	parallel(len(grid), func(i int) { quick[i] = descend(o, interior, grid[i], quickSteps) })
	best := distinct(quick)
	best = best[:min(kept, len(best))]
	polished := make([]solution, len(best))
	parallel(len(best), func(i int) { polished[i] = polish(o, best[i].x) })
	return distinct(polished)
}

// distinct sorts solutions by value and drops those that are nearly the one before.
func distinct(all []solution) []solution {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b solution) int { return cmp.Compare(a.value, b.value) })
	return slices.CompactFunc(sorted, func(a, b solution) bool {
		return math.Abs(a.value-b.value) <= 1e-9*math.Abs(a.value)
	})
}

// polish descends to the end, and goes on along a bound where it was left.
func polish(o *objective, x []float64) solution {
	s := converge(o, interior, x)
	if s.feasible() {
		return s
	}
	return converge(o, s.bound(o), clampExponents(s.x))
}

// negligible is how far ln E may fall below the smallest ln L before E counts as 0.
const negligible = 12

func (s solution) feasible() bool {
	return s.x[2] >= 0 && s.x[2] <= maxExponent && s.x[3] >= 0 && s.x[3] <= maxExponent && (s.face.noE || s.x[4] > -negligible)
}

// bound is the face that holds the bounds which a solution has crossed.
func (s solution) bound(_ *objective) face {
	f := interior
	if c := clamp(s.x[2]); c != s.x[2] {
		f.alpha = c
	}
	if c := clamp(s.x[3]); c != s.x[3] {
		f.beta = c
	}
	f.noE = s.x[4] <= -negligible
	return f
}

func clamp(x float64) float64 { return min(max(x, 0), maxExponent) }

func clampExponents(x []float64) []float64 {
	c := slices.Clone(x)
	c[2], c[3] = clamp(c[2]), clamp(c[3])
	return c
}

// converge repeats descents, each with fresh curvature, until one gains nothing: the Huber loss's second derivative
// jumps, and a descent may stall at a jump.
func converge(o *objective, f face, x []float64) solution {
	s := descend(o, f, x, 1000)
	for range 20 {
		next := descend(o, f, s.x, 1000)
		if !(next.value < s.value) {
			return s
		}
		gain := s.value - next.value
		s = next
		if gain <= 1e-12*s.value {
			return s
		}
	}
	return s
}

// descend runs L-BFGS for some steps at most.
func descend(o *objective, f face, x []float64, steps int) solution {
	c := *o
	c.face = f
	// The optimiser asks for the value and then for the gradient at one place: one evaluation gives both.
	at, slope := make([]float64, parameters), make([]float64, parameters)
	value := math.NaN()
	both := func(x []float64) {
		if math.IsNaN(value) || !slices.Equal(x, at) {
			copy(at, x)
			value = c.eval(x, slope)
		}
	}
	problem := optimize.Problem{
		Func: func(x []float64) float64 { both(x); return value },
		Grad: func(grad, x []float64) { both(x); copy(grad, slope) },
	}
	settings := &optimize.Settings{
		GradientThreshold: 1e-10, MajorIterations: steps,
		Converger: &optimize.FunctionConverge{Relative: 1e-13, Iterations: 25},
	}
	before := solution{x: slices.Clone(x), face: f, value: c.eval(x, nil)}
	r, err := optimize.Minimize(problem, slices.Clone(x), settings, &optimize.LBFGS{Store: 10})
	if r == nil || (err != nil && r.X == nil) || !(r.F < before.value) {
		return before
	}
	return solution{x: r.X, face: f, value: r.F}
}

// parallel runs f for 0 to n-1 on all processors. f writes its own result only.
func parallel(n int, f func(i int)) {
	var next sync.Mutex
	var wait sync.WaitGroup
	i := 0
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for {
				next.Lock()
				mine := i
				i++
				next.Unlock()
				if mine >= n {
					return
				}
				f(mine)
			}
		})
	}
	wait.Wait()
}

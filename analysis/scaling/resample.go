package scaling

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/random"
)

// Clusters are the runs that a resample draws as one: those of one name, or of one N and D where no point names a cluster.
func Clusters(points []Point) [][]int {
	named := false
	for _, p := range points {
		named = named || p.Cluster != ""
	}
	var list [][]int
	place := map[string]int{}
	for i, p := range points {
		key := p.Cluster
		if !named {
			key = fmt.Sprint(p.N, " ", p.D)
		}
		at, found := place[key]
		if !found {
			at = len(list)
			place[key] = at
			list = append(list, nil)
		}
		list[at] = append(list[at], i)
	}
	return list
}

// single are the runs, each drawn by itself.
func single(n int) [][]int {
	list := make([][]int, n)
	for i := range list {
		list[i] = []int{i}
	}
	return list
}

// groups are what a fit's options draw.
func groups(points []Point, o ziplaw.FitOptions) [][]int {
	if o.Resampling == "clusters" {
		return Clusters(points)
	}
	return single(len(points))
}

// resample fits resamples, each from the solutions given: the least of what they lead to.
func (p *problem) resample(ctx context.Context, from []solution, groups [][]int, o ziplaw.FitOptions) ([]ziplaw.Fit, error) {
	fits := make([]ziplaw.Fit, o.Resamples)
	draw := (*problem).drawGroups
	if o.Resampling == "parametric" {
		draw = (*problem).simulate
	}
	err := parallel(ctx, p, o.Resamples, func(p *problem, r int) {
		s := random.At(uint64(o.Seed), "bootstrap of the law", uint64(r))
		again := draw(p, &s, groups, from[0])
		fits[r] = again.curve.law(again.nearest(ctx, from), p.delta)
	})
	return fits, err
}

// nearest descends from each solution and returns the lowest place.
func (p *problem) nearest(ctx context.Context, from []solution) solution {
	best := solution{value: math.Inf(1)}
	for _, s := range from {
		if next := p.reach(ctx, s.u, []float64{p.delta}, settings); next.value < best.value {
			best = next
		}
	}
	return best
}

// drawGroups draws as many groups as there are, with replacement.
func (p *problem) drawGroups(s *random.Stream, groups [][]int, _ solution) *problem {
	again := *p
	again.weights = make([]float64, len(p.curve.loss))
	for range groups {
		for _, i := range groups[s.Bounded(uint64(len(groups)))] {
			w := 1.0
			if p.weights != nil {
				w = p.weights[i]
			}
			again.weights[i] += w
		}
	}
	return &again
}

// simulate draws the runs' losses anew from the law, with normal noise of the residuals' size (of log L, or of L).
func (p *problem) simulate(s *random.Stream, _ [][]int, law solution) *problem {
	again := *p
	curve := *p.curve
	residuals := p.residuals(law)
	sd := rootMeanSquare(residuals, len(p.unknown))
	curve.loss = make([]float64, len(residuals))
	for i, r := range residuals {
		curve.loss[i] = p.curve.loss[i] + r + float64(sd*distuv.UnitNormal.Quantile(s.Float64()))
	}
	again.curve = &curve
	return &again
}

func (p *problem) residuals(s solution) []float64 {
	r := make([]float64, len(p.curve.loss))
	p.curve.residuals(s.u, r, nil)
	return r
}

// rootMeanSquare is the size of residuals of a fit with k free parameters.
func rootMeanSquare(residuals []float64, k int) float64 {
	var sum float64
	for _, r := range residuals {
		sum += float64(r * r)
	}
	return math.Sqrt(sum / float64(max(len(residuals)-k, 1)))
}

package report

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// runsShape says how a table of runs looks.
type runsShape struct {
	sizes, budgets, seeds int
	law                   ziplaw.Fit
	noise                 float64
	off                   func(n, d float64) float64 // of ln L, for runs that don't follow the law
	option                func(*ziplaw.FitOptions)
}

func (s runsShape) points(name string) []scaling.Point {
	r := rand.New(rand.NewPCG(3, 4))
	var points []scaling.Point
	for i := range s.sizes {
		for j := range s.budgets {
			for k := range s.seeds {
				n, d := 4e7*math.Pow(2, float64(i)), 1e9*math.Pow(2, float64(j))
				l := math.Log(scaling.Predict(s.law, n, d)) + s.noise*r.NormFloat64()
				if s.off != nil {
					l += s.off(n, d)
				}
				points = append(points, scaling.Point{N: n, D: d, L: math.Exp(l), Name: fmt.Sprintf("%s%d-%d-%d", name, i, j, k)})
			}
		}
	}
	return points
}

var runsShapes = map[string]runsShape{
	"well":     {sizes: 5, budgets: 4, seeds: 2, law: scaling.ChinchillaRefitted, noise: 0.002},
	"bent":     {sizes: 4, budgets: 4, seeds: 2, law: scaling.Chinchilla, noise: 0.0005, off: func(n, d float64) float64 { return 0.02 * math.Sin(math.Log(n*d)) }},
	"no floor": {sizes: 4, budgets: 3, seeds: 1, law: lawWithout("E"), noise: 0.01},
	"flat":     {sizes: 3, budgets: 3, seeds: 1, law: lawWithout("A"), noise: 0.003, option: func(o *ziplaw.FitOptions) { o.Loss = "mse_log" }},
	"held":     {sizes: 3, budgets: 2, seeds: 1, law: scaling.Chinchilla, noise: 0.001, option: func(o *ziplaw.FitOptions) { o.Hold, _ = o.Hold.Hold("E", 1.69); o.Tie = []string{ziplaw.TieExponents} }},
	"exact":    {sizes: 4, budgets: 3, seeds: 1, law: scaling.Chinchilla},
	hostile:    {sizes: 3, budgets: 3, seeds: 1, law: scaling.Chinchilla, noise: 0.003},
}

// lawWithout is Chinchilla's without a term.
func lawWithout(name string) ziplaw.Fit {
	f := scaling.Chinchilla
	if name == "E" {
		f.E, f.LogE = 0, nil
	} else {
		f.LogA = math.Inf(-1)
	}
	return f
}

type judged struct {
	fit         ziplaw.Fit
	diagnostics ziplaw.Diagnostics
}

var fittedRuns = sync.OnceValues(func() (map[string]judged, error) {
	all := map[string]judged{}
	for name, s := range runsShapes {
		o := ziplaw.FitOptions{Delta: 1e-3, Loss: "huber", Untrained: "keep", Starts: "muennighoff", Level: 0.95, Resamples: 20, Resampling: "clusters", Seed: 1}
		if s.option != nil {
			s.option(&o)
		}
		f, d, err := scaling.Fit(context.Background(), s.points(name+"\x07"), o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		f.DataSet, d.DataSet = name, name
		all[name] = judged{f, d}
	}
	return all, nil
})

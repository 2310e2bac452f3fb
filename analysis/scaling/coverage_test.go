//go:build coverage

package scaling

import (
	"context"
	"flag"
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/random"
	"gonum.org/v1/gonum/stat/distuv"
)

var (
	simulations = flag.Int("simulations", 1000, "simulated tables of each design")
	resamples   = flag.Int("resamples", 500, "resamples behind each interval")
	design      = flag.String("design", "epoch", "epoch (240 runs), 6x6 or 4x4")
	noise       = flag.Float64("noise", 0.02, "sd of ln L")
)

// TestCoverage counts how often the 95 % intervals of each method hold the parameters that simulated runs come from:
// Chinchilla's, at the N and D of Epoch's reconstruction of Hoffmann et al.'s runs, or at square grids over their range.
func TestCoverage(t *testing.T) {
	table := designOf(t)
	held := map[string]map[string]int{}
	width := map[string]map[string]float64{}
	count := func(method, name string, in [2]float64) {
		if held[method] == nil {
			held[method], width[method] = map[string]int{}, map[string]float64{}
		}
		truth := Chinchilla.Parameter(name)
		if in[0] <= truth && truth <= in[1] {
			held[method][name]++
		}
		width[method][name] += (in[1] - in[0]) / truth / float64(*simulations)
	}
	worse, flagged := 0, map[string]int{}
	for s := range *simulations {
		o := ziplaw.FitOptions{Delta: 1e-3, Loss: "huber", Untrained: "keep", Level: 0.95, Resamples: *resamples, Resampling: "cells", Seed: int64(s)}
		f, err := newFitter(context.Background(), simulated(table, s), o)
		if err != nil {
			t.Fatal(err)
		}
		found, err := project(f.ctx, f.problem)
		if err != nil {
			t.Fatal(err)
		}
		if s < 20 {
			all, err := search(f.ctx, f.problem, starts("hoffmann"))
			if err != nil {
				t.Fatal(err)
			}
			if all[0].value < found.value*(1-disagreement) {
				worse++
			}
		}
		f.take([]solution{f.problem.descend(f.ctx, found.u)})
		profiles, err := f.profiles()
		if err != nil {
			t.Fatal(err)
		}
		f.fit.Covariance, _ = f.problem.covariance(f.best, f.spread)
		without, err := f.influence(f.cells())
		if err != nil {
			t.Fatal(err)
		}
		fits, err := f.problem.resample(f.ctx, []solution{f.best}, single(len(f.points)), o)
		if err != nil {
			t.Fatal(err)
		}
		percentile, bca := percentiles(fits, o.Level), corrected(f.fit, fits, without, o.Level)
		for _, name := range ziplaw.Parameters {
			count("percentile", name, percentile[name])
			count("BCa", name, bca[name])
			count("profile", name, closed(profiles[name]))
			count("covariance", name, f.wald(name))
			count("basic", name, f.basic(name, percentile))
		}
		f.doubts(profiles, ziplaw.Diagnostics{})
		for _, name := range Unidentified(f.fit) {
			flagged[name]++
		}
	}
	fmt.Printf("%s: %d runs, %d simulations, sd %v, %d resamples; starts found a lower law in %d of %d\n", *design, len(table), *simulations, *noise, *resamples, worse, min(20, *simulations))
	for _, method := range []string{"percentile", "BCa", "basic", "profile", "covariance"} {
		fmt.Printf("%-11s", method)
		for _, name := range ziplaw.Parameters {
			fmt.Printf("  %5s %.1f %% (width %.3g)", name, 100*float64(held[method][name])/float64(*simulations), width[method][name])
		}
		fmt.Println()
	}
	fmt.Println("not identified:", flagged)
}

// closed is a profile's interval with an open end at infinity, or at 0.
func closed(p profile) [2]float64 {
	in := [2]float64{0, math.Inf(1)}
	if p.low != nil {
		in[0] = *p.low
	}
	if p.high != nil {
		in[1] = *p.high
	}
	return in
}

// wald is the estimate and its standard error, for A and B on their logarithms.
func (f *fitter) wald(name string) [2]float64 {
	if f.fit.Covariance == nil {
		return [2]float64{0, math.Inf(1)}
	}
	at := slices.Index(names[:], name)
	half := distuv.StudentsT{Sigma: 1, Nu: float64(len(f.points) - 5)}.Quantile(0.975) * math.Sqrt(f.fit.Covariance[at][at])
	switch name {
	case "A":
		return [2]float64{math.Exp(f.fit.LogA - half), math.Exp(f.fit.LogA + half)}
	case "B":
		return [2]float64{math.Exp(f.fit.LogB - half), math.Exp(f.fit.LogB + half)}
	}
	return [2]float64{f.fit.Parameter(name) - half, f.fit.Parameter(name) + half}
}

func (f *fitter) basic(name string, percentile map[string][2]float64) [2]float64 {
	switch name {
	case "A":
		return [2]float64{math.Exp(2*f.fit.LogA - percentile["a"][1]), math.Exp(2*f.fit.LogA - percentile["a"][0])}
	case "B":
		return [2]float64{math.Exp(2*f.fit.LogB - percentile["b"][1]), math.Exp(2*f.fit.LogB - percentile["b"][0])}
	}
	return [2]float64{2*f.fit.Parameter(name) - percentile[name][1], 2*f.fit.Parameter(name) - percentile[name][0]}
}

// simulated are runs of Chinchilla's law with normal noise on ln L.
func simulated(design []Point, seed int) []Point {
	points := slices.Clone(design)
	s := random.At(uint64(seed), "simulated runs", 0)
	for i, p := range points {
		points[i].L = Predict(Chinchilla, p.N, p.D) * math.Exp(*noise*distuv.UnitNormal.Quantile(s.Float64()))
	}
	return points
}

func designOf(t *testing.T) []Point {
	epoch := epochRuns(t)
	if *design == "epoch" {
		return epoch
	}
	side, err := strconv.Atoi((*design)[:1])
	if err != nil || *design != fmt.Sprintf("%dx%d", side, side) {
		t.Fatalf("no design %q", *design)
	}
	least, most := epoch[0], epoch[0]
	for _, p := range epoch {
		least.N, least.D = min(least.N, p.N), min(least.D, p.D)
		most.N, most.D = max(most.N, p.N), max(most.D, p.D)
	}
	var points []Point
	for i := range side {
		for j := range side {
			along := func(low, high float64, k int) float64 {
				return low * math.Pow(high/low, float64(k)/float64(side-1))
			}
			points = append(points, Point{N: along(least.N, most.N, i), D: along(least.D, most.D, j)})
		}
	}
	return points
}

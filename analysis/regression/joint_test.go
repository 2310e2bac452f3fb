package regression

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

var options = ziplaw.FitOptions{Delta: 1e-2, Loss: "huber", Untrained: "keep", Starts: "muennighoff", Level: .95, Resamples: 100, Resampling: "clusters", Seed: 1, Count: "all"}

// world is a law over H that simulated data sets come from.
var world = ziplaw.Law{Terms: map[string]ziplaw.Term{
	"lnA": {Slope: -2, Intercept: 7}, "lnB": {Slope: -1.5, Intercept: 7.5}, "alpha": {Slope: -.5, Intercept: .6}, "beta": {Slope: -.4, Intercept: .55}, "E": {Slope: 1, Intercept: .5},
}}

// simulated are data sets of a law over H: five sizes by five budgets each, with noise of ln L, and a shift of each data set's.
func simulated(law ziplaw.Law, sets int, noise, between float64, seed uint64) []Set {
	r := rand.New(rand.NewPCG(seed, 9))
	var all []Set
	for i := range sets {
		s := Set{Name: fmt.Sprintf("s%d", i), H: .1 + .5*(float64(i)+.3*r.Float64())/float64(sets)}
		fit := law.At(s.H)
		shift := between * r.NormFloat64()
		for _, n := range []float64{1e5, 4e5, 1.6e6, 6.4e6, 2.56e7} {
			for _, d := range []float64{1e6, 4e6, 1.6e7, 6.4e7, 2.56e8} {
				s.Points = append(s.Points, scaling.Point{N: n, D: d, L: scaling.Predict(fit, n, d) * math.Exp(shift+noise*r.NormFloat64())})
			}
		}
		all = append(all, s)
	}
	return all
}

// TestJointFindsTheLawItComesFrom: without noise the joint fit is the law, and H explains everything.
func TestJointFindsTheLawItComesFrom(t *testing.T) {
	r, law, err := Compare(t.Context(), "h", simulated(world, 8, 0, 0, 1), nil, options)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range world.Terms {
		got := law.Terms[name]
		if math.Abs(got.Slope-want.Slope) > 1e-3 || math.Abs(got.Intercept-want.Intercept) > 1e-3 {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	if r.Best != "all" || r.Models[len(r.Models)-1].HeldOut > 1e-4 {
		t.Errorf("best is %s: %+v", r.Best, r.Models[len(r.Models)-1])
	}
	for _, m := range r.Models {
		if m.Name != "all" && m.HeldOut < 1e-3 {
			t.Errorf("%s predicts what depends on all: %v", m.Name, m.HeldOut)
		}
	}
}

// TestNoDependenceIsFound: where the law is the same for all, no dependence is significantly better than none.
func TestNoDependenceIsFound(t *testing.T) {
	same := ziplaw.Law{Terms: map[string]ziplaw.Term{"lnA": {Intercept: 6}, "lnB": {Intercept: 7}, "alpha": {Intercept: .4}, "beta": {Intercept: .4}, "E": {Intercept: 1}}}
	for seed := range uint64(3) {
		r, _, err := Compare(t.Context(), "h", simulated(same, 8, .01, .05, seed), nil, options)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range r.Models {
			if m.Name == r.Best && m.Ratios[1] < .9 {
				t.Errorf("seed %d: %s is better by %v %v where nothing depends on H", seed, m.Name, m.Ratio, m.Ratios)
			}
		}
	}
}

// TestAnotherMeasure: a measure that the data depend on predicts better than one that they don't.
func TestAnotherMeasure(t *testing.T) {
	sets := simulated(world, 8, .005, 0, 4)
	truth := Measure{Name: "truth"}
	r := rand.New(rand.NewPCG(1, 1))
	for i := range sets {
		truth.Values = append(truth.Values, 3*sets[i].H)
		sets[i].H = r.Float64()
	}
	got, _, err := Compare(t.Context(), "noise", sets, []Measure{truth}, options)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Others) != 1 || got.Others[0].Ratio > .3 {
		t.Errorf("%+v", got.Others)
	}
	warned := false
	for _, w := range got.Warnings {
		warned = warned || w.Code == "better_measure"
	}
	if !warned {
		t.Errorf("%+v", got.Warnings)
	}
}

// TestJointFitIsTheLowest: no drawn start leads lower than the fit's own.
func TestJointFitIsTheLowest(t *testing.T) {
	sets := simulated(world, 6, .02, .2, 8)
	c, err := newComparison(t.Context(), sets, options)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 3))
	for _, f := range forms {
		m := c.only(f.form)
		for range 15 {
			x := make([]float64, m.joint.total)
			for i := range x {
				x[i] = 3*r.Float64() - 1
			}
			if v := m.joint.fit(t.Context(), x); v.value < m.all.value*(1-1e-6) {
				t.Errorf("%s: %v, and %v from another start", f.name, m.all.value, v.value)
			}
		}
	}
}

// TestOwnTermsFitBetter: what data sets have of their own can't fit worse than what they share, and each has a law with intervals.
func TestOwnTermsFitBetter(t *testing.T) {
	r, _, err := Compare(t.Context(), "h", simulated(world, 4, .02, .2, 9), nil, options)
	if err != nil {
		t.Fatal(err)
	}
	all := r.Models[len(r.Models)-1]
	described := 0
	for _, p := range r.Partial {
		if p.Name != "own lnA, lnB, E, one alpha and beta" && p.Objective > all.Objective*(1+1e-6) {
			t.Errorf("%s: %v, all linear %v", p.Name, p.Objective, all.Objective)
		}
		for name, law := range p.DataSets {
			described++
			if e := law["alpha"]; !(e.Low <= e.Value && e.Value <= e.High) {
				t.Errorf("%s of %s: %+v", p.Name, name, e)
			}
		}
	}
	if described != 4 {
		t.Errorf("%d data sets have a law of their own", described)
	}
}

// TestJointJacobian compares the derivatives with differences.
func TestJointJacobian(t *testing.T) {
	sets := simulated(world, 3, .02, 0, 5)
	for _, f := range append(forms, partials...) {
		j := newJoint(sets, f.form, frameOf(sets), 1)
		p := j.problem()
		x := j.starts([terms]float64{.3, .2, .4, .3, .8})[1]
		jacobian := make([]float64, p.N*p.K)
		p.Eval(x, make([]float64, p.N), jacobian)
		for c := range x {
			up, down := make([]float64, p.N), make([]float64, p.N)
			x[c] += 1e-6
			p.Eval(x, up, nil)
			x[c] -= 2e-6
			p.Eval(x, down, nil)
			x[c] += 1e-6
			for i := range up {
				if got, want := jacobian[i*p.K+c], (up[i]-down[i])/2e-6; math.Abs(got-want) > 1e-6 {
					t.Fatalf("%s: run %d by coefficient %d: %v, by differences %v", f.name, i, c, got, want)
				}
			}
		}
	}
}

func TestCompareRefuses(t *testing.T) {
	good := simulated(world, 3, .01, 0, 6)
	nan := simulated(world, 3, .01, 0, 6)
	nan[1].H = math.NaN()
	negative := simulated(world, 3, .01, 0, 6)
	negative[2].Points[3].L = -1
	linear := options
	linear.Loss = "mse"
	for name, c := range map[string]struct {
		sets []Set
		o    ziplaw.FitOptions
	}{"one set": {good[:1], options}, "no H": {nan, options}, "negative loss": {negative, options}, "squares of L": {good, linear}} {
		if _, _, err := Compare(t.Context(), "h", c.sets, nil, c.o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

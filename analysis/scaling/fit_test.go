package scaling

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
)

var options = ziplaw.FitOptions{Delta: 1e-3, Loss: "huber", Untrained: "keep", Starts: "muennighoff", Level: .95, Resamples: 60, Resampling: "clusters", Seed: 1}

func simulate(law ziplaw.Fit, sizes, budgets int, noise float64) []Point {
	r := rand.New(rand.NewPCG(1, 2))
	var points []Point
	for i := range sizes {
		for j := range budgets {
			n, d := 4e7*math.Pow(1.6, float64(i)), 1e9*math.Pow(1.6, float64(j))
			points = append(points, Point{N: n, D: d, L: Predict(law, n, d) * math.Exp(noise*r.NormFloat64())})
		}
	}
	return points
}

func fitted(t *testing.T, points []Point, o ziplaw.FitOptions) (ziplaw.Fit, error) {
	t.Helper()
	fit, _, err := Fit(t.Context(), points, o)
	return fit, err
}

func TestFitFindsTheLawItComesFrom(t *testing.T) {
	for _, law := range []ziplaw.Fit{Chinchilla, ChinchillaRefitted} {
		fit, err := fitted(t, simulate(law, 8, 6, 0), options)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range ziplaw.Parameters {
			if got, want := fit.Parameter(name), law.Parameter(name); math.Abs(got-want) > 1e-3*want {
				t.Errorf("%s: %s is %v, want %v (objective %g)", law.DataSet, name, got, want, fit.Objective)
			}
		}
		if fit.R2 < .999999 || fit.N != 48 {
			t.Errorf("%s: R2 %v, n %d", law.DataSet, fit.R2, fit.N)
		}
	}
}

func TestFitIntervalsHoldTheTruth(t *testing.T) {
	fit, err := fitted(t, simulate(Chinchilla, 10, 8, .01), options)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"alpha", "beta", "E"} {
		in, truth := fit.Intervals[name], Chinchilla.Parameter(name)
		if !(in[0] < truth && truth < in[1]) || !(in[0] <= fit.Parameter(name) && fit.Parameter(name) <= in[1]) {
			t.Errorf("%s: %v in %v, true value %v", name, fit.Parameter(name), in, truth)
		}
	}
}

func TestFitIsTheSameEachTime(t *testing.T) {
	points := simulate(Chinchilla, 4, 4, .02)
	one, err := fitted(t, points, options)
	if err != nil {
		t.Fatal(err)
	}
	two, err := fitted(t, points, options)
	if err != nil || one.Objective != two.Objective || one.Alpha != two.Alpha || one.Intervals["beta"] != two.Intervals["beta"] {
		t.Errorf("two fits differ: %+v, %+v, %v", one, two, err)
	}
}

func TestNoFloorIsFlagged(t *testing.T) {
	law := Chinchilla
	law.E = 0
	fit, err := fitted(t, simulate(law, 6, 6, 0), options)
	if err != nil {
		t.Fatal(err)
	}
	if fit.E > 1e-3 {
		t.Errorf("E is %v without a floor", fit.E)
	}
	if fit.LogE == nil && (fit.E != 0 || !warned(fit.Warnings, "E_at_bound")) {
		t.Errorf("E at its bound without a warning: %+v", fit)
	}
}

func warned(w []ziplaw.Warning, code string) bool {
	for _, x := range w {
		if x.Code == code {
			return true
		}
	}
	return false
}

func TestFitRefuses(t *testing.T) {
	good := simulate(Chinchilla, 3, 3, 0)
	one := func(change func(*Point)) []Point {
		p := append([]Point{}, good...)
		for i := range p {
			change(&p[i])
		}
		return p
	}
	for _, c := range []struct {
		points []Point
		want   string
	}{
		{good[:5], "5 runs are too few"},
		{one(func(p *Point) { p.N = 7 }), "all runs have N = 7"},
		{one(func(p *Point) { p.D = 7 }), "all runs have D = 7"},
		{one(func(p *Point) { p.L = -1 }), "L is -1"},
		{one(func(p *Point) { p.L = math.NaN() }), "L is NaN"},
		{one(func(p *Point) { p.D = math.Inf(1) }), "D is +Inf"},
	} {
		if _, err := Law(t.Context(), c.points, options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// TestJacobian compares the derivatives with differences, whatever is held and tied.
func TestJacobian(t *testing.T) {
	points := simulate(Chinchilla, 3, 3, .05)
	for name, f := range map[string]freedom{
		"free": {}, "E held": freedom{}.with(atE, 1.5), "A held": freedom{}.with(atA, 300), "B and beta held": freedom{}.with(atB, 300).with(atBeta, .3),
		"exponents tied": {exponents: true}, "both tied": {exponents: true, factors: true}, "factors tied, A held": freedom{factors: true}.with(atA, 400),
	} {
		p := newProblem(points, options).with(f)
		from := p.curve.centred([parameters]float64{5, 6, .3, .25, .4})
		h := p.huber(1)
		x := make([]float64, h.K)
		for i, u := range p.unknown {
			x[i] = from[u]
		}
		jacobian := make([]float64, h.N*h.K)
		h.Eval(x, make([]float64, h.N), jacobian)
		for j := range x {
			step := 1e-6 * (1 + math.Abs(x[j]))
			up, down := make([]float64, h.N), make([]float64, h.N)
			x[j] += step
			h.Eval(x, up, nil)
			x[j] -= 2 * step
			h.Eval(x, down, nil)
			x[j] += step
			for i := range up {
				if got, want := jacobian[i*h.K+j], (up[i]-down[i])/(2*step); math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
					t.Errorf("%s: run %d by %s: %v, by differences %v", name, i, names[p.unknown[j]], got, want)
				}
			}
		}
	}
}

func TestFrontierMinimises(t *testing.T) {
	f, ok := NewFrontier(Chinchilla)
	if !ok {
		t.Fatal("Chinchilla has no frontier")
	}
	const c = 1e21
	best := Predict(Chinchilla, f.N(c), f.D(c))
	for _, k := range []float64{.9, 1.1} {
		if n := f.N(c) * k; Predict(Chinchilla, n, c/6/n) <= best {
			t.Errorf("%v times the optimal N is better", k)
		}
	}
	if math.Abs(f.Exponent-.4516) > 1e-3 {
		t.Errorf("exponent %v", f.Exponent)
	}
}

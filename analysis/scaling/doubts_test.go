package scaling

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
)

func TestUnidentified(t *testing.T) {
	for _, c := range []struct{ code, want string }{
		{"E_at_bound", "E"}, {"E_not_identified", "E"}, {"alpha_not_identified", "A alpha"}, {"beta_at_bound", "B beta"}, {"few_sizes", ""}, {"huber_is_absolute", ""},
	} {
		if got := strings.Join(Unidentified(ziplaw.Fit{Warnings: []ziplaw.Warning{{Code: c.code}}}), " "); got != c.want {
			t.Errorf("%s leaves %q open, want %q", c.code, got, c.want)
		}
	}
}

// TestDoubts simulates runs of which something can't be known, and runs of which all can.
func TestDoubts(t *testing.T) {
	none := Chinchilla
	none.LogA = -20 // no term of N
	none.A = math.Exp(none.LogA)
	for _, c := range []struct {
		name   string
		points []Point
		want   string
		not    string
	}{
		{"good runs", simulate(Chinchilla, 8, 8, .002), "", "alpha_not_identified beta_not_identified E_not_identified lack_of_fit function_of_nd extrapolates_badly searches_differ"},
		{"no term of N", simulate(none, 8, 8, .01), "alpha_not_identified", "beta_not_identified"},
		{"loss of N D alone", product(), "function_of_nd", ""},
		{"steps in the loss", steps(), "lack_of_fit", ""},
		{"one run far off", outlier(), "", ""},
		{"a narrow grid", simulate(Chinchilla, 3, 3, .05), "alpha_at_bound beta_not_identified few_sizes few_budgets", ""},
	} {
		fit, _, err := Fit(t.Context(), c.points, options)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		for _, code := range strings.Fields(c.want) {
			if !warned(fit.Warnings, code) {
				t.Errorf("%s: no %s in %+v", c.name, code, fit.Warnings)
			}
		}
		for _, code := range strings.Fields(c.not) {
			if warned(fit.Warnings, code) {
				t.Errorf("%s: %s in %+v", c.name, code, fit.Warnings)
			}
		}
	}
}

func product() []Point {
	points := simulate(Chinchilla, 6, 6, 0)
	r := rand.New(rand.NewPCG(5, 6))
	for i, p := range points {
		points[i].L = (1 + 300*math.Pow(p.N*p.D, -.15)) * math.Exp(.01*r.NormFloat64())
	}
	return points
}

// steps are two runs each of a loss that falls in steps, as models learn structure.
func steps() []Point {
	var points []Point
	r := rand.New(rand.NewPCG(7, 8))
	for range 2 {
		for _, p := range simulate(Chinchilla, 6, 6, 0) {
			p.L *= 1 + .1*math.Floor(4*math.Sin(math.Log(p.N*p.D)))/4
			p.L *= math.Exp(.003 * r.NormFloat64())
			points = append(points, p)
		}
	}
	return points
}

func outlier() []Point {
	points := simulate(Chinchilla, 5, 5, .005)
	points[24].L *= 2
	return points
}

// TestProfileHoldsTheCurve: the profile is lowest at the law, rises to both ends, and the ends are where the statistic is at
// its limit.
func TestProfileHoldsTheCurve(t *testing.T) {
	fit, d, err := Fit(t.Context(), simulate(Chinchilla, 8, 8, .01), options)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range ziplaw.Parameters {
		curve, ends := d.Curves[name], fit.Profiles[name]
		if ends[0] == nil || ends[1] == nil || !(*ends[0] < fit.Parameter(name) && fit.Parameter(name) < *ends[1]) {
			t.Errorf("%s: %v isn't between the ends of its profile", name, fit.Parameter(name))
		}
		for i, c := range curve {
			if c.Objective < fit.Objective*(1-1e-9) {
				t.Errorf("%s: the profile at %v is below the law", name, c.Value)
			}
			if i > 0 && c.Value < curve[i-1].Value {
				t.Errorf("%s: the profile isn't in order at %v", name, c.Value)
			}
		}
	}
}

// TestCovarianceIsTheSpreadOfLaws compares standard errors with the spread of laws over simulations, for squares.
func TestCovarianceIsTheSpreadOfLaws(t *testing.T) {
	o := options
	o.Loss, o.Resampling, o.Resamples = "mse_log", "parametric", 800
	fit, _, err := Fit(t.Context(), simulate(Chinchilla, 8, 8, .002), o)
	if err != nil {
		t.Fatal(err)
	}
	for at, name := range []string{"a", "b", "alpha", "beta", "E"} {
		in := fit.Intervals[name]
		se := math.Sqrt(fit.Covariance[at][at])
		if ratio := (in[1] - in[0]) / (2 * 1.96 * se); math.Abs(ratio-1) > .15 {
			t.Errorf("%s: the interval is %.2f times what the covariance says", name, ratio)
		}
	}
	if fit.Condition == nil || *fit.Condition < 1e3 {
		t.Errorf("condition %v", fit.Condition)
	}
}

package scaling

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
)

func held(values map[string]float64) (h ziplaw.Held) {
	for name, v := range values {
		h, _ = h.Hold(name, v)
	}
	return h
}

func TestHeldAndTied(t *testing.T) {
	points := simulate(Chinchilla, 8, 8, .01)
	for _, c := range []struct {
		hold map[string]float64
		tie  []string
		ok   func(ziplaw.Fit) bool
	}{
		{map[string]float64{"E": 1.69}, nil, func(f ziplaw.Fit) bool { return f.E == 1.69 }},
		{map[string]float64{"E": 0}, nil, func(f ziplaw.Fit) bool { return f.E == 0 && f.LogE == nil }},
		{map[string]float64{"A": 406.4, "beta": .28}, nil, func(f ziplaw.Fit) bool { return math.Abs(f.A/406.4-1) < 1e-12 && f.Beta == .28 }},
		{nil, []string{ziplaw.TieExponents}, func(f ziplaw.Fit) bool { return f.Alpha == f.Beta }},
		{map[string]float64{"beta": .3}, []string{ziplaw.TieExponents}, func(f ziplaw.Fit) bool { return f.Alpha == .3 && f.Beta == .3 }},
		{nil, []string{ziplaw.TieExponents, ziplaw.TieFactors}, func(f ziplaw.Fit) bool { return f.Alpha == f.Beta && math.Abs(f.A/f.B-1) < 1e-9 }},
	} {
		o := options
		o.Hold, o.Tie = held(c.hold), c.tie
		fit, _, err := Fit(t.Context(), points, o)
		if err != nil {
			t.Fatalf("hold %v, tie %v: %v", c.hold, c.tie, err)
		}
		if !c.ok(fit) {
			t.Errorf("hold %v, tie %v: %+v", c.hold, c.tie, fit)
		}
		if warned(fit.Warnings, "searches_differ") {
			t.Errorf("hold %v, tie %v: %+v", c.hold, c.tie, fit.Warnings)
		}
		for name, v := range c.hold {
			if in := fit.Intervals[name]; math.Abs(in[0]-v) > 1e-9*v || math.Abs(in[1]-v) > 1e-9*v {
				t.Errorf("%s is held at %v and has the interval %v", name, v, in)
			}
		}
	}
}

// TestFreeParametersFitBetter: what is held or tied can't fit better than what is free.
func TestFreeParametersFitBetter(t *testing.T) {
	points := simulate(Chinchilla, 5, 5, .03)
	free, err := Law(t.Context(), points, options)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []ziplaw.FitOptions{{Hold: held(map[string]float64{"alpha": .5})}, {Tie: []string{ziplaw.TieExponents}}, {Hold: held(map[string]float64{"A": 100, "B": 100})}} {
		o := options
		o.Hold, o.Tie = c.Hold, c.Tie
		if fit, err := Law(t.Context(), points, o); err != nil || fit.Objective < free.Objective {
			t.Errorf("%+v: %v %v, free %v", c, fit.Objective, err, free.Objective)
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	points := simulate(Chinchilla, 4, 4, .01)
	for want, change := range map[string]func(*ziplaw.FitOptions){
		"A can't be 0":       func(o *ziplaw.FitOptions) { o.Hold = held(map[string]float64{"A": 0}) },
		"E can't be NaN":     func(o *ziplaw.FitOptions) { o.Hold = held(map[string]float64{"E": math.NaN()}) },
		"beta is 7, above 5": func(o *ziplaw.FitOptions) { o.Hold = held(map[string]float64{"beta": 7}) },
		`tie: "E=A"`:         func(o *ziplaw.FitOptions) { o.Tie = []string{"E=A"} },
		"held at different values": func(o *ziplaw.FitOptions) {
			o.Tie, o.Hold = []string{"alpha=beta"}, held(map[string]float64{"alpha": 1, "beta": 2})
		},
		`no loss "l1"`: func(o *ziplaw.FitOptions) { o.Loss = "l1" },
		"delta is 0":   func(o *ziplaw.FitOptions) { o.Delta = 0 },
		"level is 1":   func(o *ziplaw.FitOptions) { o.Level = 1 },
		"every parameter is held": func(o *ziplaw.FitOptions) {
			o.Hold = held(map[string]float64{"E": 1, "A": 1, "B": 1, "alpha": 1, "beta": 1})
		},
		"no resampling \"bootstrap\"": func(o *ziplaw.FitOptions) { o.Resampling = "bootstrap" },
	} {
		o := options
		change(&o)
		if _, _, err := Fit(t.Context(), points, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestTwoSizesIdentifyNoExponent: the floor takes up what a second size could tell.
func TestTwoSizesIdentifyNoExponent(t *testing.T) {
	points := simulate(Chinchilla, 2, 8, .01)
	if _, err := Law(t.Context(), points, options); err == nil || !strings.Contains(err.Error(), "2 different N; alpha needs at least 3") {
		t.Error(err)
	}
	for _, o := range []ziplaw.FitOptions{{Hold: held(map[string]float64{"E": 1.69})}, {Tie: []string{ziplaw.TieExponents}}, {Hold: held(map[string]float64{"alpha": .34})}} {
		with := options
		with.Hold, with.Tie = o.Hold, o.Tie
		if _, err := Law(t.Context(), points, with); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// TestLargeDeltaIsSquares: no delta leaves the starts where they are.
func TestLargeDeltaIsSquares(t *testing.T) {
	points := simulate(Chinchilla, 6, 6, .02)
	squares := options
	squares.Loss = "mse_log"
	want, err := Law(t.Context(), points, squares)
	if err != nil {
		t.Fatal(err)
	}
	for _, delta := range []float64{1, 1e3, 1e6} {
		o := options
		o.Delta = delta
		got, err := Law(t.Context(), points, o)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got.Alpha-want.Alpha) > 1e-6 || math.Abs(got.Objective/want.Objective-1) > 1e-9 {
			t.Errorf("delta %g: alpha %v, objective %v; squares %v, %v", delta, got.Alpha, got.Objective, want.Alpha, want.Objective)
		}
	}
}

func TestFitEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := Fit(ctx, simulate(Chinchilla, 6, 6, .02), options); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestWeights: a run that counts twice is a run that is there twice.
func TestWeights(t *testing.T) {
	points := simulate(Chinchilla, 4, 5, .02)
	twice := append(append([]Point{}, points...), points[:7]...)
	for i := range 7 {
		points[i].Weight = 2
	}
	a, err := Law(t.Context(), points, options)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Law(t.Context(), twice, options)
	if err != nil || math.Abs(a.Objective/b.Objective-1) > 1e-9 || math.Abs(a.Alpha-b.Alpha) > 1e-6 {
		t.Errorf("weighted %+v, repeated %+v, %v", a, b, err)
	}
}

// TestManyRuns: of many runs the first steps look at some, and the law is that of all.
func TestManyRuns(t *testing.T) {
	points := simulate(Chinchilla, 30, 40, .01)
	for i := range points {
		points[i].Weight = 1 + float64(i%3)
	}
	fit, err := Law(t.Context(), points, options)
	if err != nil || warned(fit.Warnings, "searches_differ") || math.Abs(fit.Alpha-Chinchilla.Alpha) > .01 || fit.N != 1200 {
		t.Errorf("%+v %v", fit, err)
	}
}

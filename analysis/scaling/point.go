package scaling

import (
	"fmt"
	"math"
)

// Point is a training run.
type Point struct {
	N, D    float64 // parameters, tokens
	L       float64 // loss, nats per token
	Weight  float64 // relative; 0 is 1
	Cluster string  // runs that repeat each other: a resample draws them as one. Empty: those of one N and D
	// Vocabulary is the number of ids that the model tells apart; 0 where it isn't known.
	Vocabulary int
	Row        int    // of the table that it stands in; 0 for none
	Name       string // how messages and results call it
}

// weights of points; nil where all are alike.
func weights(points []Point) []float64 {
	w, alike := make([]float64, len(points)), true
	for i, p := range points {
		w[i] = p.Weight
		if p.Weight == 0 {
			w[i] = 1
		}
		alike = alike && w[i] == w[0]
	}
	if alike {
		return nil
	}
	return w
}

// check refuses runs that can't tell the free parameters of a law.
func check(points []Point, f freedom) error {
	unknown := f.free()
	if len(unknown) == 0 {
		return fmt.Errorf("fit: every parameter is held: nothing is left to fit")
	}
	if least := len(unknown) + 1; len(points) < least {
		return fmt.Errorf("fit: %d runs are too few for %d free parameters: at least %d", len(points), len(unknown), least)
	}
	for i, p := range points {
		for _, v := range []struct {
			name  string
			value float64
		}{{"N", p.N}, {"D", p.D}, {"L", p.L}} {
			if !(v.value > 0) || math.IsInf(v.value, 0) {
				return fmt.Errorf("fit: run %s: %s is %v, not a positive number", name(p, i), v.name, v.value)
			}
		}
		if p.Weight < 0 || math.IsInf(p.Weight, 0) || math.IsNaN(p.Weight) {
			return fmt.Errorf("fit: run %s: the weight is %v, not a positive number", name(p, i), p.Weight)
		}
	}
	for _, axis := range []struct {
		name, exponent string
		parameter      int
		of             func(Point) float64
	}{
		{"N", "alpha", atAlpha, func(p Point) float64 { return p.N }},
		{"D", "beta", atBeta, func(p Point) float64 { return p.D }},
	} {
		n, least := different(points, axis.of), f.least(axis.parameter)
		if n == 1 {
			return fmt.Errorf("fit: all runs have %s = %v; %s needs at least %d different ones%s", axis.name, axis.of(points[0]), axis.exponent, least, f.way(least))
		}
		if n < least {
			return fmt.Errorf("fit: the runs have %d different %s; %s needs at least %d%s", n, axis.name, axis.exponent, least, f.way(least))
		}
	}
	return nil
}

// least is how many different N, or D, tell an exponent and its factor: three where the floor E is free beside both, since the
// floor takes up one; two otherwise.
func (f freedom) least(exponent int) int {
	factor := exponent - atAlpha + atA
	if !f.held[atE] && !f.held[exponent] && !f.held[factor] && !f.exponents && !f.factors {
		return 3
	}
	return 2
}

// way is what a user can do about too few sizes or budgets.
func (f freedom) way(least int) string {
	if least < 3 {
		return ""
	}
	return ", or a parameter held or tied (E held, alpha = beta)"
}

func name(p Point, i int) string {
	if p.Name != "" {
		return p.Name
	}
	return fmt.Sprint(i + 1)
}

func different(points []Point, value func(Point) float64) int {
	seen := map[float64]bool{}
	for _, p := range points {
		seen[value(p)] = true
	}
	return len(seen)
}

package approaches

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// atCompute are runs of one size at the given ln C.
func atCompute(t *testing.T, logC ...float64) []run {
	t.Helper()
	var points []scaling.Point
	for _, c := range logC {
		points = append(points, scaling.Point{N: 1e6, D: math.Exp(c) / 6e6, L: 2})
	}
	runs, reason := runsOf(points)
	if reason != "" {
		t.Fatal(reason)
	}
	return runs
}

func TestGroup(t *testing.T) {
	for name, test := range map[string]struct {
		logC []float64
		want string // runs of each budget
	}{
		"none":                     {nil, "[]"},
		"equal":                    {[]float64{40, 40, 40, 41, 41}, "[3 2]"},
		"at the tolerance":         {[]float64{40, 40.1, 41}, "[2 1]"},
		"beyond the tolerance":     {[]float64{40, 40.11, 41}, "[1 1 1]"},
		"jitter":                   {[]float64{40, 40.03, 40.07, 40.95, 41, 41.04}, "[3 3]"},
		"stragglers between":       {[]float64{40, 40.01, 40.02, 40.09, 40.17, 40.24, 40.3, 40.31, 40.32}, "[4 1 4]"},
		"the dense part is a core": {[]float64{40, 40.08, 40.12, 40.12, 40.13, 40.25}, "[1 4 1]"},
		"budgets 20 % apart":       {[]float64{40, 40, 40.18, 40.18, 40.36, 40.36}, "[2 2 2]"},
	} {
		var counts []int
		for _, b := range group(atCompute(t, test.logC...), Tolerance) {
			counts = append(counts, len(b))
		}
		if got := fmt.Sprint(counts); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// TestGroupTakesEveryRunOnce: whatever the runs, each is in one budget, budgets are in order, and none is wider than it may be.
func TestGroupTakesEveryRunOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 500 {
		var logC []float64
		for range r.IntN(40) {
			logC = append(logC, 40+float64(r.IntN(100))/50)
		}
		last, n := 0.0, 0
		for _, b := range group(atCompute(t, logC...), Tolerance) {
			n += len(b)
			if b[0].compute < last || b[len(b)-1].compute-b[0].compute > Tolerance+2*rounding {
				t.Fatalf("%v: a budget from %v to %v after %v", logC, b[0].compute, b[len(b)-1].compute, last)
			}
			last = b[len(b)-1].compute
		}
		if n != len(logC) {
			t.Fatalf("%v: %d runs in budgets", logC, n)
		}
	}
}

// TestDiagonals: a geometric grid of equal ratios has equal compute along its diagonals.
func TestDiagonals(t *testing.T) {
	runs, reason := runsOf(grid(scaling.Chinchilla, 5, 4, 2, 2))
	if reason != "" {
		t.Fatal(reason)
	}
	var counts []int
	for _, b := range group(runs, Tolerance) {
		counts = append(counts, len(b))
	}
	if got, want := fmt.Sprint(counts), "[1 2 3 4 4 3 2 1]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

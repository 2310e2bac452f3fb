package approaches

import (
	"math"
	"testing"
)

func TestParabola(t *testing.T) {
	const a, b, c = 2.5, .03, 18.2 // L = a + b (ln N - c)²
	for name, test := range map[string]struct {
		at, weights []float64
		sign        float64
		found       bool
	}{
		"three":         {[]float64{17, 18, 20}, nil, 1, true},
		"many":          {[]float64{16, 17, 17.5, 18, 18.1, 19, 21, 21}, nil, 1, true},
		"weights":       {[]float64{16, 17, 18, 20}, []float64{1, .1, 5, 2}, 1, true},
		"off its range": {[]float64{19, 20, 21}, nil, 1, true},
		"downwards":     {[]float64{17, 18, 20}, nil, -1, false},
		"flat":          {[]float64{17, 18, 20}, nil, 0, false},
	} {
		var runs []run
		for i, x := range test.at {
			r := run{logN: x, loss: a + test.sign*b*(x-c)*(x-c), weight: 1}
			if test.weights != nil {
				r.weight = test.weights[i]
			}
			runs = append(runs, r)
		}
		m, found := parabola(runs)
		if found != test.found {
			t.Errorf("%s: %v, want %v", name, found, test.found)
		}
		if found && (math.Abs(m.logN-c) > 1e-9 || math.Abs(m.loss-a) > 1e-12) {
			t.Errorf("%s: %+v", name, m)
		}
		if found && m.inside() != (name != "off its range") {
			t.Errorf("%s: inside: %v, off centre %v", name, m.inside(), m.offCentre)
		}
	}
}

// TestParabolaWithNoise: least squares is what the normal equations say, here solved by hand: y = 1, 0, 0, 1 and 2 at
// x = -2 ... 2 have the slope 3/10 and the bend 5/14, and the least loss where 3/10 + 2 (5/14) x = 0.
func TestParabolaWithNoise(t *testing.T) {
	var runs []run
	for i, y := range []float64{1, 0, 0, 1, 2} {
		runs = append(runs, run{logN: float64(i - 2), loss: y, weight: 1})
	}
	m, found := parabola(runs)
	if want := -.42; !found || math.Abs(m.logN-want) > 1e-12 {
		t.Errorf("%+v, %v, want %v", m, found, want)
	}
}

func TestSizes(t *testing.T) {
	for _, test := range []struct {
		logN []float64
		want int
	}{{nil, 0}, {[]float64{3}, 1}, {[]float64{5, 3, 5, 4}, 3}, {[]float64{3, 3.009, 3.018, 4}, 3}, {[]float64{3, 3.005}, 1}} {
		var runs []run
		for _, x := range test.logN {
			runs = append(runs, run{logN: x})
		}
		if got := sizes(runs); got != test.want {
			t.Errorf("%v: %d, want %d", test.logN, got, test.want)
		}
	}
}

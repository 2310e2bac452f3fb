package analysis

import (
	"testing"

	"github.com/ziplaw/ziplaw"
)

// TestExponentNotIdentified: an interval that is wider than its exponent, or that ends at a bound, identifies nothing.
func TestExponentNotIdentified(t *testing.T) {
	for name, c := range map[string]struct {
		value    float64
		interval [2]float64
		want     bool
	}{
		"narrow":       {.5, [2]float64{.4, .6}, false},
		"wide":         {.5, [2]float64{.2, .8}, true},
		"at the top":   {4.76, [2]float64{1.13, maxExponent}, true},
		"at the floor": {.5, [2]float64{0, .4}, true},
	} {
		fit := ziplaw.Fit{Alpha: c.value, Beta: .5, Intervals: map[string][2]float64{"alpha": c.interval, "beta": {.45, .55}}}
		w := warnings(&objective{}, solution{}, fit, nil, nil)
		if got := warned(w, "alpha_not_identified"); got != c.want {
			t.Errorf("%s: alpha not identified: %v", name, got)
		}
		if warned(w, "beta_not_identified") {
			t.Errorf("%s: beta not identified", name)
		}
	}
}

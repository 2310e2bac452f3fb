package analysis

import (
	"strings"
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

func TestUnidentified(t *testing.T) {
	for _, c := range []struct{ code, want string }{
		{"E_at_bound", "E"}, {"E_not_identified", "E"}, {"alpha_not_identified", "A alpha"}, {"beta_at_bound", "B beta"}, {"few_sizes", ""}, {"huber_is_absolute", ""},
	} {
		if got := strings.Join(Unidentified(ziplaw.Fit{Warnings: []ziplaw.Warning{{Code: c.code}}}), " "); got != c.want {
			t.Errorf("%s leaves %q open, want %q", c.code, got, c.want)
		}
	}
}

package scaling

import (
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw"
)

// tied are the pairs that a fit may tie.
var tied = map[string][2]string{ziplaw.TieExponents: {"alpha", "beta"}, ziplaw.TieFactors: {"A", "B"}}

// CheckOptions refuses options that no runs can be fitted with.
func CheckOptions(o ziplaw.FitOptions) error {
	held := o.Hold.Values()
	for parameter, v := range held {
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0) || v < 0 || (v == 0 && (parameter == "A" || parameter == "B")):
			return fmt.Errorf("fit: hold: %s can't be %v", parameter, v)
		case (parameter == "alpha" || parameter == "beta") && v > maxExponent:
			return fmt.Errorf("fit: hold: %s is %v, above %d", parameter, v, maxExponent)
		}
	}
	for _, pair := range o.Tie {
		names, found := tied[pair]
		if !found {
			return fmt.Errorf("fit: tie: %q is neither %s nor %s", pair, ziplaw.TieExponents, ziplaw.TieFactors)
		}
		first, one := held[names[0]]
		second, two := held[names[1]]
		if one && two && first != second {
			return fmt.Errorf("fit: %s is tied, and both are held at different values", pair)
		}
	}
	switch o.Loss {
	case "huber", "mse", "mse_log":
	default:
		return fmt.Errorf("fit: no loss %q: huber, mse_log or mse", o.Loss)
	}
	switch o.Resampling {
	case "clusters", "cells", "parametric":
	default:
		return fmt.Errorf("fit: no resampling %q: clusters, cells or parametric", o.Resampling)
	}
	if o.Untrained != "keep" && o.Untrained != "exclude" {
		return fmt.Errorf("fit: untrained cells can't be %q: keep or exclude", o.Untrained)
	}
	if o.Loss == "huber" && !(o.Delta > 0) {
		return fmt.Errorf("fit: delta is %v, not a positive number", o.Delta)
	}
	if !(o.Level > 0 && o.Level < 1) {
		return fmt.Errorf("fit: level is %v, not between 0 and 1", o.Level)
	}
	return nil
}

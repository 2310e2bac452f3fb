package allocation

import (
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw"
)

// doubts are the warnings about an answer.
func doubts(l ziplaw.Law, q Question, p ziplaw.Prediction) []ziplaw.Warning {
	w := []ziplaw.Warning{}
	warn := func(code, format string, args ...any) {
		w = append(w, ziplaw.Warning{Code: code, Message: fmt.Sprintf(format, args...)})
	}
	switch {
	case len(l.Source.Depends) == 0:
		warn("no_dependence", "the law of %s knows nothing of the data: the answer is the same for any", l.Source.Name)
	case q.H < l.H[0] || q.H > l.H[1]:
		warn("measure_outside", "%s %.4g lies outside what the law was fitted on, %.4g to %.4g", l.Measure, q.H, l.H[0], l.H[1])
	}
	if l.N[1] == 0 || l.D[1] == 0 {
		warn("range_unknown", "the law doesn't say which N and D it was fitted on, and so not whether the answer lies outside")
	}
	c := [2]float64{6 * l.N[0] * l.D[0], 6 * l.N[1] * l.D[1]}
	for _, x := range []struct {
		code, name string
		value      float64
		within     [2]float64
	}{{"n_outside", "N", p.NOpt, l.N}, {"d_outside", "D", p.DOpt, l.D}, {"budget_outside", "the budget", p.C, c}} {
		if far := decades(x.value, x.within); far > 0 {
			warn(x.code, "%s %.3g lies %.1f decades outside what the law was fitted on, %.3g to %.3g", x.name, x.value, far, x.within[0], x.within[1])
		}
	}
	if len(p.Intervals) == 0 {
		warn("no_intervals", "the law has no covariance, so that the answer has no intervals")
	}
	if held, constant := l.Source.HeldOut, l.Source.Constant; held != nil && constant != nil && *held > 0.2 {
		warn("poor_law", "on data sets left out the law misses ln L by %.2g in the median (%.2g without any dependence on the data)", *held, *constant)
	}
	if p.Repeat != nil {
		warn("data_repeats", "d_opt is %.1f times the data at hand: repeated %.1f times it is worth %.3g tokens, and %.3g parameters on %.3g tokens are better then",
			p.Repeat.Epochs, p.Repeat.Epochs, p.Repeat.Effective, p.Repeat.Best.NOpt, p.Repeat.Best.DOpt)
	}
	return w
}

// decades is how far a value lies outside a range, in powers of ten; 0 inside.
func decades(x float64, within [2]float64) float64 {
	if within[1] == 0 { // not known
		return 0
	}
	return max(0, math.Log10(within[0]/x), math.Log10(x/within[1]))
}

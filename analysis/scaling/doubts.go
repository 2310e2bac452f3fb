package scaling

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// Thresholds of the warnings.
const (
	// wideExponent is the width of an exponent's profile interval, in units of the exponent itself, above which it isn't
	// identified.
	wideExponent = 1.0
	// fewSizes is the number of sizes or budgets below which an exponent leans on single runs.
	fewSizes = 4
	// badFit is the p-value of the lack-of-fit test, and alone that of a function of N D, at which the result says so.
	badFit, alone = 0.01, 0.05
	// farOut is how many times greater the residuals of held-out cells are, in the median, before the result says so.
	farOut = 3.0
)

// doubts are the warnings about a fit.
func (f *fitter) doubts(profiles map[string]profile, d ziplaw.Diagnostics) {
	f.doubtForm(d)
	f.doubtTerms()
	f.doubtExponents(profiles)
	f.doubtFloor(profiles)
	f.doubtGrid()
	if d.BeyondDelta > 0.5 {
		f.warn("huber_is_absolute", "%.0f %% of the residuals exceed delta %g: the fit is one of least absolute deviations", 100*d.BeyondDelta, f.options.Delta)
	}
	f.doubtStability(d)
}

// doubtForm doubts that Eq. 1 holds at all.
func (f *fitter) doubtForm(d ziplaw.Diagnostics) {
	if l := d.LackOfFit; l != nil && l.PValue < badFit {
		f.warn("lack_of_fit", "Eq. 1 doesn't hold for these runs: they lie %.3g from the law (sd of ln L), where repeats of one N and D differ by %.3g (F %.3g, p %.2g)",
			l.ResidualSD, l.PureSD, l.F, l.PValue)
	}
	if p := d.Product; p != nil && (p.PValue > alone || p.Objective <= f.fit.Objective) {
		f.warn("function_of_nd", "the loss is a function of N D alone as far as the runs tell (p %.2g; objective %.4g with gamma %.3f, Eq. 1's %.4g): they don't separate the model's size from its tokens",
			p.PValue, p.Objective, p.Gamma, f.fit.Objective)
	}
	if h := d.HoldOut; h != nil && h.Median > farOut*h.InSample {
		f.warn("extrapolates_badly", "fitted without the %d cells of most compute, the law misses them by %.3g in the median of |ln L|, and its own cells by %.3g",
			h.Cells, h.Median, h.InSample)
	}
}

// doubtUntrained tells cells that hold a law up at the loss of an untrained model.
func (f *fitter) doubtUntrained(u *ziplaw.UntrainedCells) {
	if u == nil || f.options.Untrained == "exclude" {
		return
	}
	if u.Without == nil {
		f.warn("untrained_cells", "%d of the cells learned nothing (%s), and too few are left without them", len(u.Cells), u.Rule)
		return
	}
	f.warn("untrained_cells", "%d of the cells learned nothing (%s): without them E is %.3g, alpha %.3g and beta %.3g", len(u.Cells), u.Rule, u.Without.E, u.Without.Alpha, u.Without.Beta)
}

// doubtTerms tells terms that the runs don't show.
func (f *fitter) doubtTerms() {
	for _, t := range []struct {
		term int
		of   string
	}{{atA, "N"}, {atB, "D"}} {
		if f.best.u[t.term] <= f.problem.lower(t.term) {
			f.warn(names[t.term]+"_at_bound", "%s is at its bound: the loss doesn't fall with %s", names[t.term], t.of)
		}
	}
}

func (f *fitter) doubtExponents(profiles map[string]profile) {
	for _, parameter := range []int{atAlpha, atBeta} {
		name, value := names[parameter], f.best.u[parameter]
		p, found := profiles[name]
		switch {
		case !found: // held or tied
		case value <= 0 || value >= maxExponent:
			f.warn(name+"_at_bound", "%s is at its bound %g", name, value)
		case p.low == nil || p.high == nil:
			f.warn(name+"_not_identified", "%s isn't identified: %.3g, and the objective hardly rises from %s to %s", name, value, end(p.low, "0"), end(p.high, "5"))
		case *p.high-*p.low > wideExponent*value:
			f.warn(name+"_not_identified", "%s isn't identified: %.3g with the profile interval [%.3g, %.3g]", name, value, *p.low, *p.high)
		}
	}
}

func (f *fitter) doubtFloor(profiles map[string]profile) {
	p, found := profiles["E"]
	switch {
	case !found:
	case f.fit.E == 0:
		f.warn("E_at_bound", "E is 0: the runs show no floor of the loss")
	case p.low == nil || p.high == nil:
		f.warn("E_not_identified", "E isn't identified: %.3g, and the objective hardly rises from %s to %s", f.fit.E, end(p.low, "0"), end(p.high, "the greatest loss"))
	}
}

// end says an end of a profile; open is its bound.
func end(v *float64, open string) string {
	if v == nil {
		return open
	}
	return short(*v)
}

func (f *fitter) doubtGrid() {
	if n := different(f.points, func(p Point) float64 { return p.N }); n < fewSizes && f.free(atAlpha) {
		f.warn("few_sizes", "alpha rests on %d sizes", n)
	}
	if n := different(f.points, func(p Point) float64 { return p.D }); n < fewSizes && f.free(atBeta) {
		f.warn("few_budgets", "beta rests on %d budgets", n)
	}
	if f.fit.Covariance == nil {
		f.warn("singular", "the normal equations are singular: the runs leave a combination of the parameters open, and there are no standard errors")
	}
}

// doubtStability tells exponents that one cell or another delta moves out of their interval.
func (f *fitter) doubtStability(d ziplaw.Diagnostics) {
	for _, name := range []string{"alpha", "beta"} {
		in, found := f.fit.Intervals[name]
		if !found || !slices.Contains(f.problem.unknown, map[string]int{"alpha": atAlpha, "beta": atBeta}[name]) {
			continue
		}
		value := f.fit.Parameter(name)
		for _, c := range d.Cells {
			if moved := value + c.Without[name]; moved < in[0] || moved > in[1] {
				f.warn("influential_cell", "without %s, %s is %.3g instead of %.3g", c.Cell, name, moved, value)
			}
		}
		for _, l := range d.Deltas {
			if moved := (ziplaw.Fit{Alpha: l.Alpha, Beta: l.Beta}).Parameter(name); moved < in[0] || moved > in[1] {
				f.warn("delta_sensitive", "with %s, %s is %.3g instead of %.3g", loss(l.Delta), name, moved, value)
				break
			}
		}
	}
}

// short writes a number in three digits.
func short(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }

func loss(delta float64) string {
	if delta == 0 {
		return "squares"
	}
	return "delta " + short(delta)
}

// beyondDelta is the share of residuals that the Huber loss counts by their size.
func (f *fitter) beyondDelta() float64 {
	if f.options.Loss != "huber" {
		return 0
	}
	n := 0
	for _, r := range f.problem.residuals(f.best) {
		if math.Abs(r) > f.options.Delta {
			n++
		}
	}
	return float64(n) / float64(len(f.points))
}

// Unidentified are the parameters of a law that its runs leave open, as its warnings say. A is fitted together with alpha,
// and B with beta: what is open about an exponent is open about its factor.
func Unidentified(f ziplaw.Fit) []string {
	open := map[string]bool{}
	for _, w := range f.Warnings {
		name, found := strings.CutSuffix(w.Code, "_at_bound")
		if !found {
			name, found = strings.CutSuffix(w.Code, "_not_identified")
		}
		if found {
			open[name] = true
		}
	}
	open["A"], open["B"] = open["A"] || open["alpha"], open["B"] || open["beta"]
	return slices.DeleteFunc(slices.Clone(ziplaw.Parameters), func(name string) bool { return !open[name] })
}

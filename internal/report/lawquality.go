package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// fact is a name with what is known under it.
type fact struct {
	Name, Text string
	Doubt      bool
}

// qualityFacts say how well a law fits its runs and what was tried against it.
func qualityFacts(f ziplaw.Fit, d ziplaw.Diagnostics) []fact {
	all := []fact{{Name: "Fit", Text: methodText(f) + ", " + fittedText(f)}, {Name: "Objective", Text: objectiveText(f), Doubt: warned(f, "searches_differ")}}
	all = append(all, fact{Name: "Residuals of ln L", Text: fmt.Sprintf("standard deviation %s, R² %s", printed(f.ResidualSD), printed(f.R2))})
	if f.Loss == "huber" && len(d.Cells) > 0 {
		all = append(all, fact{"Beyond delta", printed(100*d.BeyondDelta) + " % of the residuals", warned(f, "huber_is_absolute")})
	}
	all = append(all, lackOfFitFact(f, d), productFact(f, d))
	if h := d.HoldOut; h != nil {
		all = append(all, fact{"Hold-out", fmt.Sprintf("fitted without the %s of most compute (from %s FLOPs), the law misses them by %s in the median of |ln L|, its own %s by %s; bias %s",
			count(h.Cells, "run", "runs"), printed(h.FromC), printed(h.Median), count(h.Fitted, "run", "runs"), printed(h.InSample), printed(h.Bias)), warned(f, "extrapolates_badly")})
	}
	if f.Condition != nil {
		all = append(all, fact{Name: "Condition number", Text: printed(*f.Condition) + " of the normal equations"})
	} else {
		all = append(all, fact{"Condition number", "beyond float64, or not known", warned(f, "singular")})
	}
	if f.Resamples > 0 {
		all = append(all, fact{Name: "Resamples", Text: fmt.Sprintf("%s of %s %s", whole(f.Resamples), whole(f.Clusters), resampled(f))})
	}
	return all
}

// fittedText says how many runs a law is fitted to.
func fittedText(f ziplaw.Fit) string {
	text := count(f.N, "run", "runs")
	if n := len(f.Excluded); n > 0 {
		text += ", " + whole(n) + " left out"
	}
	return text
}

func objectiveText(f ziplaw.Fit) string {
	text := printed(f.Objective)
	if f.Projection > 0 {
		text += "; the second search, by variable projection, ends in " + printed(f.Projection)
	}
	return text
}

func lackOfFitFact(f ziplaw.Fit, d ziplaw.Diagnostics) fact {
	l := d.LackOfFit
	if l == nil {
		return fact{Name: "Lack of fit", Text: "not tested: it takes repeats of one N and D"}
	}
	return fact{"Lack of fit", fmt.Sprintf("F(%d, %d) %s, %s: ln L lies %s from the law, and %s from repeats of the same N and D (standard deviations)",
		l.DF[0], l.DF[1], printed(l.F), pText(&l.PValue), printed(l.ResidualSD), printed(l.PureSD)), warned(f, "lack_of_fit")}
}

func productFact(f ziplaw.Fit, d ziplaw.Diagnostics) fact {
	p := d.Product
	if p == nil {
		return fact{Name: "N D alone", Text: "no such law was fitted"}
	}
	return fact{"N D alone", fmt.Sprintf("L = E + K / (N D) to the power γ, with E %s and γ %s, has the objective %s, Eq. 1 %s; that the ratio D/N adds nothing to it: %s",
		printed(p.E), printed(p.Gamma), printed(p.Objective), printed(f.Objective), pText(&p.PValue)), warned(f, "function_of_nd")}
}

// lawAtRow is the law where something differs.
type lawAtRow struct {
	Name   string
	Values []string // in the order of ziplaw.Parameters
	Own    bool     // it is the law of this section
}

func lawAtRowOf(name string, l ziplaw.LawAt) lawAtRow {
	r := lawAtRow{Name: name}
	law := ziplaw.Fit{E: l.E, A: l.A, B: l.B, Alpha: l.Alpha, Beta: l.Beta}
	for _, p := range ziplaw.Parameters {
		r.Values = append(r.Values, printed(law.Parameter(p)))
	}
	return r
}

// deltaRows are the law at other deltas of the Huber loss, and with squares.
func deltaRows(f ziplaw.Fit, d ziplaw.Diagnostics) []lawAtRow {
	var rows []lawAtRow
	for _, l := range d.Deltas {
		name := "squares"
		if l.Delta > 0 {
			name = "delta " + shortest(l.Delta)
		}
		r := lawAtRowOf(name, l)
		r.Own = l.Delta == f.Delta && (f.Loss == "huber" || f.Loss == "mse_log")
		rows = append(rows, r)
	}
	return rows
}

// untrainedRows are the law with and without the runs that learned nothing.
func untrainedRows(d ziplaw.Diagnostics) []lawAtRow {
	u := d.Untrained
	if u == nil {
		return nil
	}
	rows := []lawAtRow{lawAtRowOf("with them", u.With)}
	if u.Without != nil {
		rows = append(rows, lawAtRowOf("without them", *u.Without))
	}
	return rows
}

// untrainedText names the runs that learned nothing.
func untrainedText(d ziplaw.Diagnostics) string {
	u := d.Untrained
	if u == nil {
		return ""
	}
	text := fmt.Sprintf("%s learned nothing (%s): %s.", count(len(u.Cells), "run", "runs"), u.Rule, list(shortNames(u.Cells)))
	if u.Without == nil {
		text += " Too few runs are left for a law without them."
	}
	return printable(text)
}

// nameLength is how much of a run's name the page of laws shows.
const nameLength = 80

func shortNames(names []string) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = shortened(strings.TrimSpace(n), nameLength)
	}
	return all
}

// shortest writes a number that somebody chose in as few digits as it has.
func shortest(x float64) string {
	if !isFinite(x) {
		return "-"
	}
	return typeset(strconv.FormatFloat(x, 'g', -1, 64))
}

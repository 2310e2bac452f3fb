package report

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// Laws writes fits for a terminal of a width in columns: one law parameter by parameter, several as a table and the doubts
// about each. Details add each run's residual and influence, other deltas and the hold-out.
func Laws(w io.Writer, fits []ziplaw.Fit, diagnostics []ziplaw.Diagnostics, width int, details bool) error {
	t := tables{width: width}
	if len(fits) > 1 {
		t.lawTable(fits)
	}
	for i, f := range fits {
		if len(fits) > 1 && !details {
			t.doubtsOf(f)
			continue
		}
		t.law(f, diagnostics[i], details)
	}
	_, err := io.WriteString(w, t.text.String())
	return err
}

// doubtsOf are a law's warnings under its name.
func (t *tables) doubtsOf(f ziplaw.Fit) {
	if len(f.Warnings) > 0 {
		t.line("%s", printable(f.DataSet))
	}
	for _, w := range f.Warnings {
		t.line("  %s", printable(w.Message))
	}
}

// law writes one law in full.
func (t *tables) law(f ziplaw.Fit, d ziplaw.Diagnostics, details bool) {
	t.line("%s: L(N,D) = E + A/N^alpha + B/D^beta, %s", printable(f.DataSet), lossText(f))
	t.line("")
	t.parameterTable(f)
	t.line("")
	t.quality(f, d)
	if len(f.Warnings) > 0 {
		t.line("")
	}
	for _, w := range f.Warnings {
		t.line("warning: %s", printable(w.Message))
	}
	if details {
		t.details(f, d)
	}
}

func lossText(f ziplaw.Fit) string {
	text := map[string]string{"huber": fmt.Sprintf("Huber loss of ln L with delta %g", f.Delta), "mse_log": "squares of ln L", "mse": "squares of L"}[f.Loss]
	text += ", " + count(f.N, "run", "runs")
	if n := len(f.Excluded); n > 0 {
		text += fmt.Sprintf(" (%d left out)", n)
	}
	return text
}

// parameterTable has a row for each parameter. ? marks what the runs leave open.
func (t *tables) parameterTable(f ziplaw.Fit) {
	var g grid
	name, number3, interval := g.column("parameter", 0), g.column("value", 0), g.column(percent(f.Level)+" interval", 0)
	profile, se := g.column("by the profile", 1), g.column("standard error", 2)
	open := scaling.Unidentified(f)
	for _, p := range ziplaw.Parameters {
		mark := " "
		if slices.Contains(open, p) {
			mark = "?"
		}
		name.add(p)
		number3.add(number(f.Parameter(p)) + mark)
		in, found := f.Intervals[p]
		interval.add(span(in, found))
		profile.add(profileText(f, p, number))
		se.add(standardError(f, p, number))
	}
	t.grid(g)
}

// profileText writes a profile's interval; an open end is the parameter's bound.
func profileText(f ziplaw.Fit, name string, write func(float64) string) string {
	if _, held := f.Hold[name]; held {
		return "held"
	}
	in, found := f.Profiles[name]
	if !found {
		return "tied"
	}
	side := func(v *float64, open string) string {
		if v == nil {
			return open
		}
		return write(*v)
	}
	return "[" + side(in[0], "open") + ", " + side(in[1], "open") + "]"
}

// standardError is that of the covariance; of A and B it is relative.
func standardError(f ziplaw.Fit, name string, write func(float64) string) string {
	if f.Covariance == nil {
		return "-"
	}
	at := slices.Index([]string{"A", "B", "alpha", "beta", "E"}, name)
	se := math.Sqrt(f.Covariance[at][at])
	if name == "A" || name == "B" {
		return write(100*se) + " %"
	}
	return write(se)
}

// quality says how well the law fits.
func (t *tables) quality(f ziplaw.Fit, d ziplaw.Diagnostics) {
	t.line("objective %.6g (by projection %.6g); residual sd %s of ln L; R2 %s; %s of residuals beyond delta",
		f.Objective, f.Projection, number(f.ResidualSD), number(f.R2), number(100*d.BeyondDelta)+" %")
	t.line("intervals: %s of %s of %d %s", f.IntervalMethod, count(f.Resamples, "resample", "resamples"), f.Clusters, resampled(f))
	if f.Condition != nil {
		t.line("condition number of the normal equations %.2g", *f.Condition)
	}
	if l := d.LackOfFit; l != nil {
		t.line("lack of fit against repeats: F(%d,%d) %s, p %s", l.DF[0], l.DF[1], number(l.F), pValue(&l.PValue))
	}
	if h := d.HoldOut; h != nil {
		t.line("hold-out: fitted without the %s of most compute, the law misses them by %s in the median of |ln L| (its own runs by %s, bias %s)",
			count(h.Cells, "run", "runs"), number(h.Median), number(h.InSample), number(h.Bias))
	}
	if p := d.Product; p != nil {
		t.line("a law of N D alone, E + K (N D)^-%s, has the objective %.6g; that the ratio D/N adds nothing has p %s", number(p.Gamma), p.Objective, pValue(&p.PValue))
	}
	t.approaches(f, d.Approaches)
	if u := d.Untrained; u != nil && u.Without != nil {
		t.line("%s learned nothing (%s): with them E %s, alpha %s, beta %s; without E %s, alpha %s, beta %s", count(len(u.Cells), "run", "runs"), u.Rule,
			number(u.With.E), number(u.With.Alpha), number(u.With.Beta), number(u.Without.E), number(u.Without.Alpha), number(u.Without.Beta))
	}
}

// approaches says which exponents of N_opt in C the runs show without Eq. 1, beside Eq. 1's own.
func (t *tables) approaches(f ziplaw.Fit, a *ziplaw.Approaches) {
	if a == nil {
		return
	}
	if frontier, ok := scaling.NewFrontier(f); ok {
		t.line("N_opt grows as C^%s by this law (approach 3)", number(frontier.Exponent))
	}
	for _, x := range []struct {
		name string
		of   *ziplaw.Approach
	}{{"IsoFLOP parabolas (approach 2)", a.IsoFLOP}, {"the envelope of final losses (approach 1)", a.Envelope}} {
		if x.of == nil {
			continue
		}
		in, found := x.of.Intervals["exponent"]
		bias := ""
		if b := x.of.Bias; b != nil {
			bias = fmt.Sprintf("; on losses of this law's own it errs by %s %% in the exponent and %s %% in N_opt", number(100*b.Exponent), number(100*b.N))
		}
		t.line("as C^%s %s by %s, %d of them%s", number(x.of.Exponent), span(in, found), x.name, x.of.N, bias)
	}
}

func resampled(f ziplaw.Fit) string {
	if f.Resampling == "parametric" {
		return "runs simulated from the law"
	}
	return strings.TrimSpace(f.Resampling)
}

// details are tables of runs and deltas.
func (t *tables) details(f ziplaw.Fit, d ziplaw.Diagnostics) {
	t.line("")
	t.line("Runs, with the change of alpha, beta and E where the fit leaves each out:")
	var g grid
	cell, n, tokens, loss := g.column("run", 0), g.column("N", 1), g.column("D", 1), g.column("L", 0)
	residual, alpha, beta, e := g.column("ln residual", 0), g.column("alpha", 2), g.column("beta", 2), g.column("E", 2)
	for _, c := range d.Cells {
		cell.add(shortened(c.Cell, longestName))
		n.add(number(c.N))
		tokens.add(number(c.D))
		loss.add(number(c.Loss))
		residual.add(number(c.Residual))
		alpha.add(number(c.Without["alpha"]))
		beta.add(number(c.Without["beta"]))
		e.add(number(c.Without["E"]))
	}
	t.grid(g)
	for _, x := range f.Excluded {
		t.line("left out: %s (%s)", printable(x.Cell), printable(x.Reason))
	}
	if len(d.Deltas) == 0 {
		return
	}
	t.line("")
	t.line("The law at other deltas:")
	var other grid
	delta, values := other.column("delta", 0), map[string]*column{}
	for _, p := range ziplaw.Parameters {
		values[p] = other.column(p, 0)
	}
	for _, l := range d.Deltas {
		text := number(l.Delta)
		if l.Delta == 0 {
			text = "squares"
		}
		delta.add(text)
		law := ziplaw.Fit{E: l.E, A: l.A, B: l.B, Alpha: l.Alpha, Beta: l.Beta}
		for _, p := range ziplaw.Parameters {
			values[p].add(number(law.Parameter(p)))
		}
	}
	t.grid(other)
	t.line("")
}

package report

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/ziplaw/ziplaw"
)

// Regressions writes the laws' parameters against H and the joint fit for a terminal of a width in columns.
func Regressions(w io.Writer, r ziplaw.StudyResult, width int) error {
	t := tables{width: width}
	t.regressions(r)
	t.joint(r.Joint, r.Law)
	_, err := io.WriteString(w, t.text.String())
	return err
}

// measureNames are how people call a measure.
var measureNames = map[string]string{"h": "H", "entropy0": "the order-0 entropy", "entropy1": "the order-1 entropy"}

func measureName(name string) string {
	if known, found := measureNames[name]; found {
		return known
	}
	return printable(name)
}

// joint shows which dependence on the measure predicts data sets left out best.
func (t *tables) joint(j *ziplaw.Joint, law *ziplaw.Law) {
	if j == nil {
		return
	}
	t.line("Table 4. One law of all %s of %s, terms linear in %s or constant, by the median of |residual of ln L| on data sets left out, with %s intervals.",
		count(j.Cells, "cell", "cells"), count(len(j.DataSets), "data set", "data sets"), measureName(j.Measure), percent(j.Level))
	var g grid
	name, out, interval := g.column("linear in "+measureName(j.Measure), 0), g.column("left out", 0), g.column("", 2)
	ratio, ratios, in := g.column("ratio to none", 0), g.column("", 1), g.column("in sample", 1)
	for _, m := range j.Models {
		mark := ""
		if m.Name == j.Best {
			mark = " *"
		}
		name.add(m.Name + mark)
		out.add(number(m.HeldOut))
		interval.add(span(m.Interval, true))
		ratio.add(number(m.Ratio))
		ratios.add(span(m.Ratios, true))
		in.add(number(m.InSample))
	}
	t.grid(g)
	t.line("  * predicts best%s", t.ownText(j))
	for _, o := range j.Others {
		t.line("  with %s in the place of %s: %s left out (%s), ratio %s %s", measureName(o.Measure), measureName(j.Measure), number(o.HeldOut), o.Model, number(o.Ratio), span(o.Ratios, true))
	}
	if law != nil {
		t.line("  the law of it: %s", termsText(*law))
	}
	for _, w := range j.Warnings {
		t.line("  %s", printable(w.Message))
	}
	t.line("")
}

func (t *tables) ownText(j *ziplaw.Joint) string {
	if j.Own == nil {
		return ""
	}
	return fmt.Sprintf("; a law of each data set's own predicts its own left-out cells to %s", number(*j.Own))
}

// termsText writes a law's terms as lines over the measure.
func termsText(l ziplaw.Law) string {
	var all []string
	for _, name := range ziplaw.Terms {
		term := l.Terms[name]
		if term.Slope == 0 {
			all = append(all, fmt.Sprintf("%s = %s", name, number(term.Intercept)))
			continue
		}
		sign := "+"
		if term.Intercept < 0 {
			sign = "-"
		}
		all = append(all, fmt.Sprintf("%s = %s %s %s %s", name, number(term.Slope), measureName(l.Measure), sign, number(max(term.Intercept, -term.Intercept))))
	}
	return list(all)
}

// Crossings writes where a law's exponents, and its frontier and Chinchilla's, cross.
func Crossings(w io.Writer, crossings map[string]ziplaw.Crossing, measure string) {
	texts := map[string]string{"alpha_beta": "alpha and beta cross", "chinchilla": "N_opt crosses Chinchilla's"}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		c, found := crossings[name]
		if !found {
			fmt.Fprintf(w, "%s nowhere in the range\n", texts[name])
			continue
		}
		fmt.Fprintf(w, "%s at %s %s", texts[name], measureName(measure), number(c.H))
		if c.C > 0 {
			fmt.Fprintf(w, " (at %s FLOPs)", number(c.C))
		}
		switch {
		case c.Interval != nil:
			fmt.Fprintf(w, " %s", span(*c.Interval, true))
		case c.Share != nil:
			fmt.Fprintf(w, ", in %s %% of the law's draws", number(100**c.Share))
		}
		fmt.Fprintln(w)
	}
}

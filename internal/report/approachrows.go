package report

import (
	"cmp"
	"fmt"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// approachRow is what one of Hoffmann's approaches says of the exponent of N_opt in C.
type approachRow struct {
	Name     string
	Exponent value
	Behind   string // runs or budgets
	Bias     value  // of the exponent, and of N
	Absent   string // why there is nothing
	Warnings []string
}

// approachRows are approaches 1 and 2, and beside them Eq. 1's own exponent, approach 3; nothing where nobody looked for them.
func approachRows(f ziplaw.Fit, d ziplaw.Diagnostics) []approachRow {
	a := d.Approaches
	if a == nil {
		return nil
	}
	third := approachRow{Name: "3: this law, Eq. 1", Behind: count(f.N, "run", "runs"), Exponent: value{Number: "-"}}
	if frontier, ok := scaling.NewFrontier(f); ok {
		third.Exponent.Number = printed(frontier.Exponent)
	} else {
		third.Absent = "A factor or an exponent of the law is 0."
	}
	return []approachRow{
		approachRowOf("1: envelope of final losses", a.Envelope, a.Absent[ziplaw.ApproachEnvelope], "run", "runs"),
		approachRowOf("2: IsoFLOP parabolas", a.IsoFLOP, a.Absent[ziplaw.ApproachIsoFLOP], "budget", "budgets"), third,
	}
}

func approachRowOf(name string, a *ziplaw.Approach, absent, one, many string) approachRow {
	r := approachRow{Name: name, Exponent: value{Number: "-"}, Behind: "-", Bias: value{Number: "-"}}
	if a == nil {
		r.Absent = capital(printable(cmp.Or(absent, "the runs don't allow it"))) + "."
		return r
	}
	in, found := a.Intervals["exponent"]
	r.Exponent, r.Behind = valueOf(a.Exponent, in, found), count(a.N, one, many)
	if n := len(a.Budgets); n > a.N {
		r.Behind += " of " + whole(n)
	}
	r.Bias.Number = "not known"
	if b := a.Bias; b != nil {
		r.Bias = value{percentOff(b.Exponent), "of N " + percentOff(b.N)}
	}
	for _, w := range a.Warnings {
		r.Warnings = append(r.Warnings, capital(printable(w.Message))+".")
	}
	return r
}

// percentOff writes a relative error with its sign.
func percentOff(x float64) string {
	if !isFinite(x) {
		return "-"
	}
	text := typeset(fmt.Sprintf("%.1f", 100*x)) + " %"
	if x > 0 {
		return "+" + text
	}
	return text
}

// setApproaches are the approaches of one data set of a study.
type setApproaches struct {
	Name string
	From string // the anchor of the law's record
	Rows []approachRow
}

// linkedApproach is a row whose number leads to a record.
type linkedApproach struct {
	From string
	Row  approachRow
}

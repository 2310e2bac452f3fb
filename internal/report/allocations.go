package report

import (
	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// frontierRow is an allocation of compute: the exponent of N_opt, and N_opt and D_opt at some budgets.
type frontierRow struct {
	From           string // the anchor of the law's record
	Name, Exponent string
	At             []allocation
	Doubtful       bool
}

// allocation is optimal at a budget. Outside says that N isn't among the sizes, or D among the budgets, that were run.
type allocation struct {
	N, D, PerParameter string
	Outside            bool
}

// frontierRows are at the study's largest compute and at a hundred times that.
func (in Input) frontierRows() (rows []frontierRow, budgets []string) {
	_, c, found := in.compute()
	if !found || len(in.Result.Fits) == 0 {
		return nil, nil
	}
	at := []float64{c, 100 * c}
	for _, c := range at {
		budgets = append(budgets, printed(c))
	}
	for _, s := range in.laws(in.byClass()) {
		rows = append(rows, in.frontierRow(s.law, at))
	}
	for _, f := range []ziplaw.Fit{scaling.Chinchilla, scaling.ChinchillaRefitted} {
		r := in.frontierRow(f, at)
		r.Name, r.From = chinchillaNames[f.DataSet], ""
		rows = append(rows, r)
	}
	return rows, budgets
}

var chinchillaNames = map[string]string{
	scaling.Chinchilla.DataSet:         "Chinchilla (Hoffmann et al. 2022)",
	scaling.ChinchillaRefitted.DataSet: "Chinchilla refitted (Besiroglu et al. 2024)",
}

func (in Input) frontierRow(f ziplaw.Fit, at []float64) frontierRow {
	r := frontierRow{From: in.anchor(f.DataSet, anchorFit), Name: f.DataSet, Exponent: "-", Doubtful: len(scaling.Unidentified(f)) > 0}
	frontier, ok := scaling.NewFrontier(f)
	if ok {
		r.Exponent = number(frontier.Exponent)
	}
	for _, c := range at {
		a := allocation{N: "-", D: "-", PerParameter: "-"}
		if ok {
			n, d := frontier.N(c), frontier.D(c)
			a = allocation{printed(n), printed(d), printed(d / n), !in.ran(n, d)}
		}
		r.At = append(r.At, a)
	}
	return r
}

// ran tells whether N and D lie among those that were run.
func (in Input) ran(n, d float64) bool {
	cells := in.fitted()
	n0, n1, _ := spread(cells, func(c CellRow) float64 { return float64(in.Study.Fit.Size(c.Result)) })
	d0, d1, _ := spread(cells, func(c CellRow) float64 { return float64(c.Result.D) })
	return n0 <= n && n <= n1 && d0 <= d && d <= d1
}

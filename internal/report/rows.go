package report

import (
	"strconv"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
)

// value is a number with its interval, which may be empty.
type value struct{ Number, Span string }

func valueOf(x float64, in [2]float64, found bool) value {
	v := value{Number: typeset(number(x))}
	if found {
		v.Span = "[" + typeset(number(in[0])) + ", " + typeset(number(in[1])) + "]"
	}
	return v
}

// dataRow is a row of Table 1.
type dataRow struct {
	Name, Source, Mean, SD, Measured             string
	H                                            value
	Documents, Duplicates, Entropy0, Entropy1    string
	Vocabulary, Terminals, Children, Termination string
}

func (in Input) dataRows() []dataRow {
	var rows []dataRow
	for _, d := range in.Result.DataSets {
		set, _ := in.Study.DataSet(d.DataSet)
		r := dataRow{
			Name: d.DataSet, Source: sourceText(set), H: valueOf(d.H.Value, [2]float64{d.H.Low, d.H.High}, true),
			Mean: number(d.H.Mean), SD: number(d.H.SD), Measured: whole(d.H.N), Documents: whole(d.Documents), Duplicates: whole(d.Duplicates),
			Entropy0: number(d.Entropy0), Entropy1: number(d.Entropy1), Vocabulary: whole(d.Vocabulary), Terminals: whole(d.Terminals),
			Children: "-", Termination: "-",
		}
		if set.Grammar != nil {
			r.Children, r.Termination = number(d.MeanChildren), number(d.Termination)
		}
		rows = append(rows, r)
	}
	return rows
}

// lawRow is a row of Table 2. Doubtful says of each value whether the runs leave it open.
type lawRow struct {
	Name, N, R2, Marks string
	Values             []lawCell
}

type lawCell struct {
	value
	Doubtful bool
}

func (in Input) lawRows() ([]lawRow, []ziplaw.Warning) {
	var rows []lawRow
	var notes footnotes
	for _, f := range in.Result.Fits {
		r := lawRow{Name: f.DataSet, N: strconv.Itoa(f.N), R2: typeset(number(f.R2)), Marks: notes.marks(f.Warnings)}
		open := map[string]bool{}
		for _, name := range doubtful(f) {
			open[name] = true
		}
		for _, name := range ziplaw.Parameters {
			interval, found := f.Intervals[name]
			r.Values = append(r.Values, lawCell{valueOf(f.Parameter(name), interval, found), open[name]})
		}
		rows = append(rows, r)
	}
	return rows, notes.notes
}

// trendRow is a row of Table 3.
type trendRow struct {
	Parameter, P, R2, N, Marks string
	Slope, Intercept           value
	Significant                bool
}

func (in Input) trendRows() ([]trendRow, []ziplaw.Warning) {
	var rows []trendRow
	var notes footnotes
	for _, g := range in.Result.Regressions {
		slope, hasSlope := g.Intervals["slope"]
		intercept, hasIntercept := g.Intervals["intercept"]
		rows = append(rows, trendRow{
			Parameter: g.Parameter, Slope: valueOf(g.Slope, slope, hasSlope), Intercept: valueOf(g.Intercept, intercept, hasIntercept),
			P: pValue(g.PValue), R2: typeset(optional(g.R2)), N: strconv.Itoa(g.N), Marks: notes.marks(g.Warnings),
			Significant: g.PValue != nil && *g.PValue < 1-g.Level,
		})
	}
	return rows, notes.notes
}

// frontierRow is an allocation of compute: the exponent of N_opt, and N_opt and D_opt at some budgets.
type frontierRow struct {
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
		budgets = append(budgets, typeset(number(c)))
	}
	for _, i := range in.byH() {
		if f, ok := in.fitOf(in.Result.DataSets[i].DataSet); ok {
			rows = append(rows, in.frontierRow(f, at))
		}
	}
	for _, f := range []ziplaw.Fit{analysis.Chinchilla, analysis.ChinchillaRefitted} {
		r := in.frontierRow(f, at)
		r.Name = chinchillaNames[f.DataSet]
		rows = append(rows, r)
	}
	return rows, budgets
}

var chinchillaNames = map[string]string{
	analysis.Chinchilla.DataSet:         "Chinchilla (Hoffmann et al. 2022)",
	analysis.ChinchillaRefitted.DataSet: "Chinchilla refitted (Besiroglu et al. 2024)",
}

func (in Input) frontierRow(f ziplaw.Fit, at []float64) frontierRow {
	r := frontierRow{Name: f.DataSet, Exponent: "-", Doubtful: len(doubtful(f)) > 0}
	frontier, ok := analysis.NewFrontier(f)
	if ok {
		r.Exponent = number(frontier.Exponent)
	}
	for _, c := range at {
		a := allocation{N: "-", D: "-", PerParameter: "-"}
		if ok {
			n, d := frontier.N(c), frontier.D(c)
			a = allocation{typeset(number(n)), typeset(number(d)), typeset(number(d / n)), !in.ran(n, d)}
		}
		r.At = append(r.At, a)
	}
	return r
}

// ran tells whether N and D lie among those that were run.
func (in Input) ran(n, d float64) bool {
	cells := in.fitted()
	n0, n1, _ := spread(cells, func(c CellRow) float64 { return float64(c.sizeOf(in.Study.Fit)) })
	d0, d1, _ := spread(cells, func(c CellRow) float64 { return float64(c.Result.D) })
	return n0 <= n && n <= n1 && d0 <= d && d <= d1
}

// cellRow is a row of the table of cells.
type cellRow struct {
	DataSet, Cell, Key, N, D, FLOPs, FLOPs6ND, MeanLast, Last, Validation, State string
	Diverged                                                                     bool
}

func (in Input) cellRows() []cellRow {
	rows := make([]cellRow, len(in.Cells))
	for i, c := range in.Cells {
		r := cellRow{
			DataSet: c.Cell.DataSet, Cell: shortID(c.Cell), Key: c.Key.Short(), N: whole(c.Result.N), D: whole(c.Result.D),
			FLOPs: typeset(number(c.Result.FLOPs)), FLOPs6ND: typeset(number(c.Result.FLOPs6ND)), State: c.Result.State,
			MeanLast: "-", Last: "-", Validation: "-",
		}
		if c.Result.State == ziplaw.StateDone {
			r.MeanLast, r.Last, r.Validation = loss(c.Result.MeanLast), loss(c.Result.Last), loss(c.Result.Validation)
		} else {
			r.Diverged = true
			r.State = "diverged at step " + whole(c.Result.DivergedAt) + ": not in the fit"
		}
		rows[i] = r
	}
	return rows
}

// loss writes nats per token.
func loss(x float64) string { return strconv.FormatFloat(x, 'f', 4, 64) }

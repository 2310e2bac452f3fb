package report

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// exact writes a number so that it reads back to the same float64.
func exact(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

func exactOrEmpty(x *float64) string {
	if x == nil {
		return ""
	}
	return exact(*x)
}

func exactSpan(in [2]float64, found bool) []string {
	if !found {
		return []string{"", ""}
	}
	return []string{exact(in[0]), exact(in[1])}
}

func writeCSV(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

func integer[T int | int64](n T) string { return strconv.FormatInt(int64(n), 10) }

func codes(warnings []ziplaw.Warning) string {
	all := make([]string, len(warnings))
	for i, w := range warnings {
		all[i] = w.Code
	}
	return strings.Join(all, ";")
}

// cellsCSV leaves the losses of diverged cells empty: they have none.
func cellsCSV(in Input) ([]byte, error) {
	rows := [][]string{{
		"cell", "dataset", "model", "h", "layers", "heads", "intermediate", "n", "n_non_embedding", "d", "seed", "steps", "flops", "flops_6nd",
		"state", "final", "last", "mean_last_10", "validation", "diverged_at", "key", "model_digest",
	}}
	for _, c := range in.Cells {
		m, r := c.Cell.Model, c.Result
		row := []string{
			c.Cell.String(), c.Cell.DataSet, m.Name(), integer(m.H), integer(m.Layers), integer(m.Heads), integer(m.Intermediate),
			integer(r.N), integer(r.NBody), integer(r.D), integer(c.Cell.Seed), integer(r.Steps), exact(r.FLOPs), exact(r.FLOPs6ND), r.State,
		}
		if r.State == ziplaw.StateDone {
			loss, _ := c.final(in.Study.Fit)
			row = append(row, exact(loss), exact(r.Last), exact(r.MeanLast), exact(r.Validation), "")
		} else {
			row = append(row, "", "", "", "", integer(r.DivergedAt))
		}
		rows = append(rows, append(row, string(c.Key), r.ModelID))
	}
	return writeCSV(rows)
}

func dataSetsCSV(in Input) ([]byte, error) {
	rows := [][]string{{
		"dataset", "class", "h", "h_low", "h_high", "level", "h_median", "h_mean", "h_sd", "h_documents", "documents", "entropy0", "entropy1",
		"vocabulary", "terminals", "duplicates", "mean_children", "termination_probability",
	}}
	for _, d := range in.Result.DataSets {
		row := []string{
			d.DataSet, d.Class, exact(d.H.Value), exact(d.H.Low), exact(d.H.High), exact(d.H.Level), exact(d.H.Median), exact(d.H.Mean), exact(d.H.SD),
			integer(d.H.N), integer(d.Documents), exact(d.Entropy0), exact(d.Entropy1), integer(d.Vocabulary), integer(d.Terminals), integer(d.Duplicates),
		}
		if set, _ := in.Study.DataSet(d.DataSet); set.Grammar != nil {
			row = append(row, exact(d.MeanChildren), exact(d.Termination))
		} else {
			row = append(row, "", "")
		}
		rows = append(rows, row)
	}
	return writeCSV(rows)
}

func fitsCSV(in Input) ([]byte, error) {
	head := []string{"dataset", "h", "n"}
	names := append(append([]string{}, ziplaw.Parameters...), "a", "b")
	for _, name := range names {
		head = append(head, name, name+"_low", name+"_high")
	}
	rows := [][]string{append(head, "e", "level", "objective", "delta", "resamples", "r2", "frontier_exponent", "frontier_g", "warnings")}
	for _, s := range lawsOf(in.Result) {
		f := s.law
		row := []string{f.DataSet, exact(s.set.H.Value), integer(f.N)}
		for _, name := range names {
			in, found := f.Intervals[name]
			row = append(append(row, exact(lawValue(f, name))), exactSpan(in, found)...)
		}
		row = append(row, exactOrEmpty(f.LogE), exact(f.Level), exact(f.Objective), exact(f.Delta), integer(f.Resamples), exact(f.R2))
		if frontier, ok := scaling.NewFrontier(f); ok {
			row = append(row, exact(frontier.Exponent), exact(frontier.G))
		} else {
			row = append(row, "", "")
		}
		rows = append(rows, append(row, codes(f.Warnings)))
	}
	return writeCSV(rows)
}

func lawValue(f ziplaw.Fit, name string) float64 {
	switch name {
	case "a":
		return f.LogA
	case "b":
		return f.LogB
	}
	return f.Parameter(name)
}

func regressionsCSV(in Input) ([]byte, error) {
	rows := [][]string{{
		"parameter", "n", "slope", "slope_low", "slope_high", "intercept", "intercept_low", "intercept_high", "slope_se", "p_value", "r2", "level", "warnings",
	}}
	for _, g := range in.Result.Regressions {
		slope, hasSlope := g.Intervals["slope"]
		intercept, hasIntercept := g.Intervals["intercept"]
		row := append([]string{g.Parameter, integer(g.N), exact(g.Slope)}, exactSpan(slope, hasSlope)...)
		row = append(append(row, exact(g.Intercept)), exactSpan(intercept, hasIntercept)...)
		rows = append(rows, append(row, exactOrEmpty(g.SlopeSE), exactOrEmpty(g.PValue), exactOrEmpty(g.R2), exact(g.Level), codes(g.Warnings)))
	}
	return writeCSV(rows)
}

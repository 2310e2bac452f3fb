package report

import (
	"fmt"
	"strings"

	"github.com/ziplaw/ziplaw/analysis"
)

// finding is a sentence or two that follow from the study's numbers. Doubt marks what speaks against relying on them.
type finding struct {
	Text  string
	Doubt bool
}

func sure(format string, args ...any) finding { return finding{Text: fmt.Sprintf(format, args...)} }

func doubt(format string, args ...any) finding {
	return finding{Text: fmt.Sprintf(format, args...), Doubt: true}
}

func (in Input) findings() []finding {
	all := in.trendFindings()
	all = append(all, in.identificationFindings()...)
	all = append(all, in.frontierFindings()...)
	all = append(all, in.learningFindings()...)
	all = append(all, in.divergedFindings()...)
	return append(all, in.reachFindings()...)
}

// identificationFindings say which laws, or which of their parameters, the runs leave open.
func (in Input) identificationFindings() []finding {
	var all []finding
	for _, w := range in.Result.Warnings {
		if w.Code == "no_law" {
			all = append(all, doubt("No law: %s.", strings.TrimSuffix(w.Message, ".")))
		}
	}
	var open []string
	for _, f := range in.Result.Fits {
		if names := doubtful(f); len(names) > 0 {
			open = append(open, fmt.Sprintf("%s (%s)", f.DataSet, list(names)))
		}
	}
	switch n := len(in.Result.Fits); {
	case n == 0:
		return append(all, doubt("No data set has a law, so there is no table of parameters and no frontier."))
	case len(open) > 0:
		all = append(all, doubt("Not identified in %d of %s: %s. The runs leave open what these parameters are (Table 2 says why), "+
			"so their values, and all that is derived from them, don't stand on their own.", len(open), count(n, "law", "laws"), list(open)))
	default:
		all = append(all, sure("The fits leave none of the five parameters open (%s).", count(n, "law", "laws")))
	}
	return all
}

// frontierFindings compare the frontiers' exponents with Chinchilla's.
func (in Input) frontierFindings() []finding {
	chinchilla, _ := analysis.NewFrontier(analysis.Chinchilla)
	var parts, without, open []string
	for _, i := range in.byH() {
		f, ok := in.fitOf(in.Result.DataSets[i].DataSet)
		if !ok {
			continue
		}
		if frontier, ok := analysis.NewFrontier(f); ok {
			parts = append(parts, fmt.Sprintf("%s %.2f", f.DataSet, frontier.Exponent))
			if len(doubtful(f)) > 0 {
				open = append(open, f.DataSet)
			}
		} else {
			without = append(without, f.DataSet)
		}
	}
	var all []finding
	if len(parts) > 0 {
		all = append(all, sure("The compute-optimal N grows as C to the power beta/(alpha+beta), by ascending H: %s; with Chinchilla's constants it is %.2f. "+
			"The exponent alone doesn't tell parameters from tokens: see the table below Figure 3.", list(parts), chinchilla.Exponent))
	}
	if len(open) > 0 {
		all[0].Doubt = true
		all[0].Text += fmt.Sprintf(" Those of %s come from laws that aren't identified.", list(open))
	}
	if len(without) > 0 {
		all = append(all, doubt("No compute-optimal frontier for %s: a factor or an exponent of the law is 0.", list(without)))
	}
	return all
}

func (in Input) learningFindings() []finding {
	var failing, bounded []string
	for _, l := range in.learnings() {
		if !l.EachOK {
			failing = append(failing, l.DataSet)
		}
		if !l.BeyondOK {
			bounded = append(bounded, l.DataSet)
		}
	}
	var all []finding
	if len(failing) > 0 {
		all = append(all, doubt("Not every cell ends below its data set's order-0 entropy: %s. A cell that doesn't has learned less than how frequent each token is, or has no loss at all.", list(failing)))
	}
	if len(bounded) > 0 {
		all = append(all, doubt("No cell ends below the order-1 entropy of %s: no model does better there than a table of token pairs.", list(bounded)))
	}
	if len(all) == 0 && len(in.Result.DataSets) > 0 {
		all = append(all, sure("The models learn: every cell ends below its data set's order-0 entropy, and the best cell of each data set below its order-1 entropy."))
	}
	return all
}

func (in Input) divergedFindings() []finding {
	var all []finding
	if n := in.Result.Cells.Diverged; n > 0 {
		all = append(all, doubt("%s and %s out of the fits; the table of cells marks them.", count(n, "cell diverged", "cells diverged"), isAre(n)))
	}
	if n := in.Result.Cells.Failed; n > 0 {
		all = append(all, doubt("%s without a result and %s out of the fits.", count(n, "cell failed", "cells failed"), isAre(n)))
	}
	return all
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// reachFindings say what was tried, so that nobody takes it further unawares.
func (in Input) reachFindings() []finding {
	cells := in.fitted()
	n0, n1, found := spread(cells, func(c CellRow) float64 { return float64(c.Result.N) })
	if !found {
		return []finding{doubt("No cell ended with a loss.")}
	}
	d0, d1, _ := spread(cells, func(c CellRow) float64 { return float64(c.Result.D) })
	return []finding{sure("All this rests on %s with %s to %s parameters and %s to %s training tokens each. Beyond that, the laws are extrapolated.",
		count(len(cells), "run", "runs"), whole(int64(n0)), whole(int64(n1)), whole(int64(d0)), whole(int64(d1)))}
}

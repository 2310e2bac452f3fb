package report

import (
	"fmt"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// remark is a line on how far a study's numbers can be trusted. Doubt marks what speaks against relying on them.
type remark struct {
	Text  string
	Doubt bool
}

func sure(format string, args ...any) remark { return remark{Text: fmt.Sprintf(format, args...)} }

func doubt(format string, args ...any) remark {
	return remark{Text: fmt.Sprintf(format, args...), Doubt: true}
}

// remarks are one line for each kind of doubt, with its count, the weightiest first; then what speaks for the numbers.
func (in Input) remarks() []remark {
	var doubts, sures []remark
	for _, r := range [][]remark{
		in.lostCells(), in.lawless(), in.openLaws(), in.fewDataSets(), in.learningRemarks(), in.frontierRemarks(), manyTests(in.Result.Regressions), in.reach(),
	} {
		for _, x := range r {
			if x.Doubt {
				doubts = append(doubts, x)
			} else {
				sures = append(sures, x)
			}
		}
	}
	return append(doubts, sures...)
}

func (in Input) lostCells() []remark {
	var all []remark
	if n := in.Result.Cells.Failed; n > 0 {
		all = append(all, doubt("%s without a result and %s out of the fits.", count(n, "cell failed", "cells failed"), isAre(n)))
	}
	if n := in.Result.Cells.Diverged; n > 0 {
		all = append(all, doubt("%s and %s out of the fits; the table of cells marks them.", count(n, "cell diverged", "cells diverged"), isAre(n)))
	}
	return all
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// lawless says which data sets have no law.
func (in Input) lawless() []remark {
	var missing []string
	for _, w := range in.Result.Warnings {
		if w.Code == "no_law" {
			missing = append(missing, strings.TrimSuffix(w.Message, "."))
		}
	}
	var all []remark
	if len(missing) > 0 {
		all = append(all, doubt("No law for %s: %s.", count(len(missing), "data set", "data sets"), list(missing)))
	}
	if len(in.Result.Fits) == 0 {
		all = append(all, doubt("No data set has a law, so there is no table of parameters and no frontier."))
	}
	return all
}

// openLaws says what the fits leave open, a line for each kind.
func (in Input) openLaws() []remark {
	var all []remark
	n := len(in.Result.Fits)
	open := 0
	for _, k := range kinds(in.Result.Fits) {
		all = append(all, doubt("%s, in %s.", k.Text, ofLaws(k, n)))
	}
	for _, f := range in.Result.Fits {
		if len(scaling.Unidentified(f)) > 0 {
			open++
		}
	}
	if open == 0 && n > 0 {
		all = append(all, sure("The fits leave none of the five parameters open (%s).", count(n, "law", "laws")))
	}
	return all
}

// fewNamed is how many data sets a line names.
const fewNamed = 4

// ofLaws says how many of n laws a kind of doubt is about.
func ofLaws(k kind, n int) string {
	if len(k.DataSets) == n && n > 1 {
		return "all " + count(n, "law", "laws")
	}
	return ofThose(k.DataSets, n, "law", "laws")
}

// ofDataSets says how many of n data sets some are.
func ofDataSets(names []string, n int) string { return ofThose(names, n, "data set", "data sets") }

// ofThose names some of n things where they are few.
func ofThose(names []string, n int, one, many string) string {
	text := fmt.Sprintf("%d of %s", len(names), count(n, one, many))
	if len(names) > fewNamed {
		return text
	}
	return text + ": " + list(names)
}

// fewDataSets says where a regression rests on little.
func (in Input) fewDataSets() []remark {
	var all []remark
	for _, g := range in.Result.Regressions {
		for _, w := range g.Warnings {
			if w.Code == "few_datasets" && len(all) == 0 {
				all = append(all, doubt("%s.", w.Message))
			}
		}
	}
	return all
}

func (in Input) learningRemarks() []remark {
	var failing, bounded []string
	for _, l := range in.learnings() {
		if !l.EachOK {
			failing = append(failing, l.DataSet)
		}
		if !l.BeyondOK {
			bounded = append(bounded, l.DataSet)
		}
	}
	var all []remark
	n := len(in.Result.DataSets)
	if len(failing) > 0 {
		all = append(all, doubt("Not every cell ends below the order-0 entropy of its data set, in %s. A cell that doesn't has learned less than how frequent each token is, or has no loss at all.", ofDataSets(failing, n)))
	}
	if len(bounded) > 0 {
		all = append(all, doubt("No cell ends below the order-1 entropy in %s. No model does better there than a table of token pairs.", ofDataSets(bounded, n)))
	}
	if len(all) == 0 && len(in.Result.DataSets) > 0 {
		all = append(all, sure("The models learn: every cell ends below its data set's order-0 entropy, and the best cell of each data set below its order-1 entropy."))
	}
	return all
}

// frontierRemarks compare the frontiers' exponents with Chinchilla's.
func (in Input) frontierRemarks() []remark {
	chinchilla, _ := scaling.NewFrontier(scaling.Chinchilla)
	var without []string
	var low, high scaling.Frontier
	found, open := 0, 0
	for _, f := range in.Result.Fits {
		frontier, ok := scaling.NewFrontier(f)
		if !ok {
			without = append(without, f.DataSet)
			continue
		}
		if found++; found == 1 || frontier.Exponent < low.Exponent {
			low = frontier
		}
		if found == 1 || frontier.Exponent > high.Exponent {
			high = frontier
		}
		if len(scaling.Unidentified(f)) > 0 {
			open++
		}
	}
	var all []remark
	if len(without) > 0 {
		all = append(all, doubt("No compute-optimal frontier in %s: a factor or an exponent of the law is 0.", ofThose(without, len(in.Result.Fits), "law", "laws")))
	}
	if open > 0 {
		all = append(all, doubt("%d of %s %s from laws that aren't identified (dashed in Figure 4).", open, count(found, "frontier", "frontiers"), comes(open)))
	}
	if found > 0 {
		all = append(all, sure("The compute-optimal N grows as C to the power beta/(alpha+beta): %s to %s over the data sets; with Chinchilla's constants it is %.2f. The exponent alone doesn't tell parameters from tokens: see the allocations below Figure 4.",
			number(low.Exponent), number(high.Exponent), chinchilla.Exponent))
	}
	return all
}

func comes(n int) string {
	if n == 1 {
		return "comes"
	}
	return "come"
}

// manyTests says which trends of the law's parameters hold against the number of tests (Holm).
func manyTests(regressions []ziplaw.Regression) []remark {
	var held []string
	tested := 0
	for _, r := range regressions {
		if r.Holm == nil {
			continue
		}
		tested++
		if significant(r.Holm, r.Level) {
			held = append(held, r.Parameter)
		}
	}
	if tested == 0 {
		return nil
	}
	names := "none"
	if len(held) > 0 {
		names = list(held)
	}
	return []remark{sure("Table 3 tests %s. Significant when corrected for their number (Holm): %s.", count(tested, "parameter of the law", "parameters of the law"), names)}
}

// pText writes a p-value for a sentence.
func pText(p *float64) string {
	if text, small := strings.CutPrefix(pValue(p), "<"); small {
		return "p < " + text
	}
	return "p " + pValue(p)
}

// reach says what was tried, so that nobody takes it further unawares.
func (in Input) reach() []remark {
	cells := in.fitted()
	n0, n1, found := spread(cells, func(c CellRow) float64 { return float64(c.Result.N) })
	if !found {
		return []remark{doubt("No cell ended with a loss.")}
	}
	d0, d1, _ := spread(cells, func(c CellRow) float64 { return float64(c.Result.D) })
	return []remark{sure("All this rests on %s with %s to %s parameters and %s to %s training tokens each. Beyond that, the laws are extrapolated.",
		count(len(cells), "run", "runs"), whole(int64(n0)), whole(int64(n1)), whole(int64(d0)), whole(int64(d1)))}
}

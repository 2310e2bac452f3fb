package report

import (
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/regression"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// Verdicts on a finding of the paper.
const (
	agrees    = "agrees"
	disagrees = "disagrees"
	cantTell  = "can't tell"
)

// claim is a finding of the paper (sections 4 and 5 of arXiv 2405.16684) beside what this study finds.
type claim struct{ Paper, Here, Verdict string }

// Values of H that the paper names.
const paperCrossing = 0.27

var paperTurn = [2]float64{0.23, 0.45}

func (in Input) claims() []claim {
	all := []claim{
		in.falls("alpha"), in.falls("beta"), in.falls("A"), in.falls("B"), in.floorRises(), in.exponentsCross(),
	}
	all = append(all, in.turns()...)
	return append(all, in.isoVocabulary(), in.isoGzip(), in.codeAndProse())
}

func (in Input) regression(name string) (ziplaw.Regression, bool) {
	for _, g := range in.Result.Regressions {
		if g.Parameter == name {
			return g, true
		}
	}
	return ziplaw.Regression{}, false
}

const noTest = "no test of a slope here"

// falls: A, B, alpha and beta fall as H rises.
func (in Input) falls(name string) claim {
	c := claim{Paper: name + " falls as H rises", Here: noTest, Verdict: cantTell}
	g, ok := in.regression(name)
	if !ok || g.PValue == nil {
		return c
	}
	c.Here = slopeText(g)
	if significant(g.PValue, g.Level) {
		c.Verdict = verdict(g.Slope < 0)
	}
	return c
}

func slopeText(g ziplaw.Regression) string {
	in, found := g.Intervals["slope"]
	return fmt.Sprintf("slope %s %s, %s", printed(g.Slope), printedSpan(in, found), pText(g.PValue))
}

func verdict(agree bool) string {
	if agree {
		return agrees
	}
	return disagrees
}

// floorRises: E rises with H, loosely and not significantly. Only a clear slope speaks for or against that.
func (in Input) floorRises() claim {
	c := claim{Paper: "E rises loosely with H, not significantly", Here: noTest, Verdict: cantTell}
	g, ok := in.regression("E")
	if !ok || g.PValue == nil {
		return c
	}
	c.Here = slopeText(g)
	if significant(g.PValue, g.Level) {
		c.Verdict = verdict(g.Slope > 0)
	}
	return c
}

// exponentsCross: alpha(H) and beta(H) are equal near H = 0.27.
func (in Input) exponentsCross() claim {
	c := claim{Paper: "alpha(H) and beta(H) cross near H = 0.27", Here: noTest, Verdict: cantTell}
	line, ok := differenceLine(in.Result)
	if !ok {
		return c
	}
	c.Here, c.Verdict = crossing(line, [2]float64{paperCrossing, paperCrossing})
	return c
}

// crossing says where a line is 0, and whether that is within a range of the paper's: its interval meets the range, or
// lies outside.
func crossing(l regression.Line, paper [2]float64) (text, said string) {
	h, in, bounded := l.Root()
	switch {
	case !bounded:
		return "no crossing can be told: the difference has no clear trend", cantTell
	case in[1] < paper[0] || in[0] > paper[1]:
		return fmt.Sprintf("at H %s %s", printed(h), printedSpan(in, true)), disagrees
	}
	return fmt.Sprintf("at H %s %s", printed(h), printedSpan(in, true)), agrees
}

// turns: as H grows, the compute-optimal allocation turns from parameters to data, and crosses Chinchilla's between H 0.23
// and 0.45. Here by tokens per parameter at the study's largest compute.
func (in Input) turns() []claim {
	turn := claim{Paper: "As H rises, the compute-optimal allocation turns from parameters to data", Here: noTest, Verdict: cantTell}
	cross := claim{Paper: "It crosses Chinchilla's between H 0.23 and 0.45", Here: noTest, Verdict: cantTell}
	_, c, found := in.compute()
	if !found {
		return []claim{turn, cross}
	}
	chinchilla, _ := scaling.NewFrontier(scaling.Chinchilla)
	line, without, ok := in.allocationLine(c, chinchilla)
	if !ok || line.PValue() == nil {
		return []claim{turn, cross}
	}
	slope, found := line.SlopeInterval()
	turn.Here = fmt.Sprintf("ln(D/N) at %s FLOPs: slope %s %s, %s", printed(c), printed(line.Slope), printedSpan(slope, found), pText(line.PValue()))
	if without > 0 {
		turn.Here += fmt.Sprintf("; %s no frontier", count(without, "law has", "laws have"))
	}
	if significant(line.PValue(), in.Study.Fit.Level) {
		turn.Verdict = verdict(line.Slope > 0)
	}
	cross.Here, cross.Verdict = crossing(line, paperTurn)
	cross.Here += fmt.Sprintf(", at %s FLOPs", printed(c))
	return []claim{turn, cross}
}

// allocationLine is the line of ln(D/N) at a compute, less Chinchilla's, over the regressed laws that have a frontier, and
// how many have none.
func (in Input) allocationLine(c float64, than scaling.Frontier) (l regression.Line, without int, ok bool) {
	return lineOf(in.Result, func(law ziplaw.Fit) (float64, bool) {
		f, has := scaling.NewFrontier(law)
		ratio := math.Log(f.D(c)/f.N(c)) - math.Log(than.D(c)/than.N(c))
		return ratio, has && !math.IsInf(ratio, 0) && !math.IsNaN(ratio)
	})
}

// isoVocabulary: with one vocabulary for all grammars alpha and beta don't cross, and alpha is the steeper.
func (in Input) isoVocabulary() claim {
	c := claim{Paper: "With a fixed vocabulary alpha is steeper in H than beta", Here: "the vocabularies differ here", Verdict: cantTell}
	if !in.oneVocabulary() {
		return c
	}
	line, ok := differenceLine(in.Result)
	if c.Here = noTest; !ok || line.PValue() == nil {
		return c
	}
	slope, found := line.SlopeInterval()
	c.Here = fmt.Sprintf("alpha − beta: slope %s %s, %s", printed(line.Slope), printedSpan(slope, found), pText(line.PValue()))
	if significant(line.PValue(), in.Study.Fit.Level) {
		c.Verdict = verdict(line.Slope < 0)
	}
	return c
}

// oneVocabulary tells whether all regressed data sets are of grammars with one number of terminals.
func (in Input) oneVocabulary() bool {
	seen := map[int]bool{}
	for _, name := range in.Result.Regressed {
		set, _ := in.Study.DataSet(name)
		if set.Grammar == nil || set.Grammar.File != "" {
			return false
		}
		seen[set.Grammar.Terminals] = true
	}
	return len(seen) == 1
}

// isoGzip: at equal H the syntax moves nothing. A study whose H differs says nothing of that.
func (in Input) isoGzip() claim {
	low, high := math.Inf(1), math.Inf(-1)
	for _, d := range in.Result.DataSets {
		low, high = min(low, d.H.Value), max(high, d.H.Value)
	}
	c := claim{Paper: "At equal H, the syntax moves no parameter significantly", Here: noTest, Verdict: cantTell}
	if low < high {
		c.Here = fmt.Sprintf("H isn't held equal here: it goes from %s to %s", number(low), number(high))
	}
	return c
}

// codeAndProse: code compresses better. A spec doesn't say which files are code.
func (in Input) codeAndProse() claim {
	c := claim{Paper: "Code compresses better than natural language", Here: "no data set of files here", Verdict: cantTell}
	var files []string
	for _, d := range in.Result.DataSets {
		if set, _ := in.Study.DataSet(d.DataSet); set.Files != nil {
			files = append(files, fmt.Sprintf("%s %s", d.DataSet, number(d.H.Value)))
		}
	}
	if len(files) > 0 {
		c.Here = "the spec doesn't say which files are code; H of the files: " + list(files)
	}
	return c
}

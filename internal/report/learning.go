package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ziplaw/ziplaw"
)

// learning is whether a data set's models learn. Below the order-0 entropy a model knows more than how frequent each
// token is, below the order-1 entropy more than which tokens follow which.
type learning struct {
	DataSet            string
	From               string // the anchor of the record of the entropies
	Worst, Best        string // cells, without study and data set
	WorstID, BestID    string // the anchors of their rows
	WorstLoss          string
	BestLoss           string
	Entropy0, Entropy1 string
	Each, Beyond       string // verdicts in words
	EachOK, BeyondOK   bool
}

func (in Input) learnings() []learning {
	var all []learning
	for _, i := range in.byClass() {
		all = append(all, in.learning(in.Result.DataSets[i]))
	}
	return all
}

func (in Input) learning(d ziplaw.DataSetResult) learning {
	l := learning{From: in.anchor(d.DataSet, anchorCompress), DataSet: d.DataSet, Entropy0: number(d.Entropy0), Entropy1: number(d.Entropy1), WorstLoss: "-", BestLoss: "-", Worst: "-", Best: "-"}
	cells := in.cellsOf(d.DataSet)
	without := len(in.Study.Cells(d.DataSet)) - len(cells)
	type run struct {
		cell ziplaw.Cell
		loss float64
	}
	var runs []run
	for _, c := range cells {
		if loss, ok := c.final(in.Study.Fit); ok {
			runs = append(runs, run{c.Cell, loss})
		} else {
			without++
		}
	}
	if len(runs) == 0 {
		l.Each, l.Beyond = "no: no cell ended with a loss", "no: no cell ended with a loss"
		return l
	}
	best := slices.MinFunc(runs, func(a, b run) int { return cmp.Compare(a.loss, b.loss) })
	worst := slices.MaxFunc(runs, func(a, b run) int { return cmp.Compare(a.loss, b.loss) })
	above := 0
	for _, r := range runs {
		if !(r.loss < d.Entropy0) {
			above++
		}
	}
	l.Worst, l.WorstID, l.WorstLoss = shortID(worst.cell), in.cellAnchor(worst.cell), number(worst.loss)
	l.Best, l.BestID, l.BestLoss = shortID(best.cell), in.cellAnchor(best.cell), number(best.loss)
	l.EachOK, l.Each = above == 0 && without == 0, everyVerdict(above, without, len(runs))
	l.BeyondOK = best.loss < d.Entropy1
	l.Beyond = "no: none is"
	if l.BeyondOK {
		l.Beyond = "yes"
	}
	return l
}

func everyVerdict(above, without, runs int) string {
	switch {
	case above > 0 && without > 0:
		return fmt.Sprintf("no: %s at or above, %s without a loss", count(above, "cell", "cells"), whole(without))
	case above > 0:
		return "no: " + count(above, "cell ends", "cells end") + " at or above"
	case without > 0:
		return fmt.Sprintf("no: %s diverged or failed; %s below", count(without, "cell", "cells"), count(runs, "other ends", "others end"))
	}
	return "yes"
}

// shortID is a cell's id without study and data set.
func shortID(c ziplaw.Cell) string { return fmt.Sprintf("%s/D%d/s%d", c.Model.Name(), c.D, c.Seed) }

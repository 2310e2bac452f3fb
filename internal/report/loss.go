package report

import (
	"math"

	"github.com/ziplaw/ziplaw"
)

// final is the loss of a cell that the fit takes, in nats per token; false where the cell diverged.
func (c CellRow) final(f ziplaw.FitOptions) (float64, bool) {
	if c.Result.State != ziplaw.StateDone {
		return 0, false
	}
	loss := f.FinalLoss(c.Result, c.Curve)
	return loss, loss > 0 && !math.IsInf(loss, 0)
}

// finalName says which loss the fit takes.
func finalName(s ziplaw.Study) string {
	switch s.Fit.Final {
	case "last":
		return "training loss of the last step"
	case "mean_last_k":
		return "mean training loss of the last " + count(s.Fit.K, "step", "steps")
	}
	return "validation loss on " + count(s.Recipe.HeldOut, "held-out document", "held-out documents")
}

// cellsOf are the cells of a data set, in order.
func (in Input) cellsOf(dataset string) []CellRow {
	var cells []CellRow
	for _, c := range in.Cells {
		if c.Cell.DataSet == dataset {
			cells = append(cells, c)
		}
	}
	return cells
}

// spread is the least and the largest of values; false where there are none.
func spread(cells []CellRow, value func(CellRow) float64) (low, high float64, found bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, c := range cells {
		low, high = min(low, value(c)), max(high, value(c))
	}
	return low, high, len(cells) > 0
}

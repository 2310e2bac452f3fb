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
	loss := c.Result.Validation
	switch f.Final {
	case "last":
		loss = c.Result.Last
	case "mean_last_k":
		loss = meanLast(c.Curve, f.K)
	}
	return loss, loss > 0 && !math.IsInf(loss, 0)
}

func meanLast(losses []float32, k int) float64 {
	tail := losses[max(0, len(losses)-k):]
	var sum float64
	for _, l := range tail {
		sum += float64(l)
	}
	return sum / float64(max(1, len(tail)))
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

// sizeOf is the N that the fit counts.
func (c CellRow) sizeOf(f ziplaw.FitOptions) int64 {
	if f.Count == "non_embedding" {
		return c.Result.NBody
	}
	return c.Result.N
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

// fitOf is the law of a data set; false where it has none.
func (in Input) fitOf(dataset string) (ziplaw.Fit, bool) {
	for _, f := range in.Result.Fits {
		if f.DataSet == dataset {
			return f, true
		}
	}
	return ziplaw.Fit{}, false
}

// spread is the least and the largest of values; false where there are none.
func spread(cells []CellRow, value func(CellRow) float64) (low, high float64, found bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, c := range cells {
		low, high = min(low, value(c)), max(high, value(c))
	}
	return low, high, len(cells) > 0
}

package report

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/ziplaw/ziplaw"
)

// curveBins is how many points a training curve is drawn with at most.
const curveBins = 60

// figureCurves draws a panel for each data set: the training loss of every model at the largest budget, by its first
// training seed that didn't diverge.
func figureCurves(in Input) []panel {
	var panels []panel
	for rank, i := range in.byClass() {
		panels = append(panels, curvesPanel(in, rank, in.Result.DataSets[i]))
	}
	return panels
}

func curvesPanel(in Input, i int, d ziplaw.DataSetResult) panel {
	p := newPlot("training tokens", "loss, nats per token")
	low, high := math.Inf(1), math.Inf(-1)
	absent := 0
	for m, model := range in.Study.Models {
		cell, found := in.largest(d.DataSet, model)
		if !found {
			absent++
			continue
		}
		xys := smoothed(cell.Curve, in.Study.Recipe.Batch*in.Study.Context, cell.Result.D)
		addLine(p, xys, stroke(ramp(m, len(in.Study.Models)), 1.4))
		for _, xy := range xys {
			low, high = min(low, xy.X), max(high, xy.X)
		}
	}
	if low < high {
		addLine(p, plotter.XYs{{X: low, Y: d.Entropy0}, {X: high, Y: d.Entropy0}}, stroke(ink, 1, 6, 3))
		addLine(p, plotter.XYs{{X: low, Y: d.Entropy1}, {X: high, Y: d.Entropy1}}, stroke(ink, 1, 1.5, 2.5))
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(powers), plot.TickerFunc(plain)
	panel := drawPanel(p, fmt.Sprintf("figure-curves-%d", i+1), "Training curves: "+d.DataSet, panelWidth, vg.Length(panelHeight))
	if absent > 0 {
		panel.Note = "No curve of " + count(absent, "model", "models") + ": no run at the largest budget ended."
	}
	return panel
}

// largest is a data set's cell of a model at the largest budget.
func (in Input) largest(dataset string, m ziplaw.Model) (found CellRow, ok bool) {
	for _, c := range in.Cells {
		if c.Cell.DataSet != dataset || c.Cell.Model != m || c.Cell.D != in.Study.MaxBudget() || c.Result.State != ziplaw.StateDone || len(c.Curve) == 0 {
			continue
		}
		if !ok || c.Cell.Seed < found.Cell.Seed {
			found, ok = c, true
		}
	}
	return found, ok
}

// smoothed thins a curve to the means of its steps in bins of equal width in the logarithm of the step. A point stands
// at the decimal logarithm of the tokens that were read at the middle of its steps.
func smoothed(curve []float32, tokensPerStep int, d int64) plotter.XYs {
	var xys plotter.XYs
	for first := 0; first < len(curve); {
		last := first + 1
		for last < len(curve) && bin(last, len(curve)) == bin(first, len(curve)) {
			last++
		}
		var sum float64
		for _, l := range curve[first:last] {
			sum += float64(l)
		}
		middle := float64(first+1+last) / 2
		tokens := min(middle*float64(tokensPerStep), float64(d))
		if mean := sum / float64(last-first); !math.IsNaN(mean) && !math.IsInf(mean, 0) && tokens > 0 {
			xys = append(xys, plotter.XY{X: math.Log10(tokens), Y: mean})
		}
		first = last
	}
	return slices.Clip(xys)
}

func bin(step, steps int) int {
	return int(curveBins * math.Log(float64(step+1)) / math.Log(float64(steps+1)))
}

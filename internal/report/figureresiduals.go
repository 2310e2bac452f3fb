package report

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/ziplaw/ziplaw"
)

// figureResiduals draws the residuals of ln L against compute, coloured by N, with the worst runs named. False says that there
// are no runs to draw.
func figureResiduals(id string, f ziplaw.Fit, d ziplaw.Diagnostics, most int, w, h vg.Length) (panel, bool) {
	runs := drawn(d)
	r, found := rangeOf(runs)
	if !found {
		return panel{}, false
	}
	p := newPlot("compute C = 6ND", "ln law − ln run")
	span := residualSpan(runs, f)
	x := roomAround(r.c)
	if isPositive(f.ResidualSD) {
		addArea(p, rectangle(x, f.ResidualSD), faded(grey, 0.16))
	}
	if f.Loss == "huber" && isPositive(f.Delta) && f.Delta < span {
		addArea(p, rectangle(x, f.Delta), faded(grey, 0.4))
	}
	addLine(p, plotter.XYs{{X: x[0]}, {X: x[1]}}, stroke(ink, 0.9))
	for _, group := range bySize(runs, r, most) {
		p.Add(group)
	}
	labelWorst(p, runs, x, span)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = x[0], x[1], -span, span
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(decades), plot.TickerFunc(plain)
	drawing := drawPanel(p, id, "Residuals of ln L: "+printable(f.DataSet), w, h)
	drawing.Note = thinnedText(len(runs), most)
	return drawing, true
}

// residualSpan is the figure's reach above and below zero.
func residualSpan(runs []ziplaw.FittedCell, f ziplaw.Fit) float64 {
	span := 0.0
	if isPositive(f.ResidualSD) {
		span = f.ResidualSD
	}
	for _, c := range runs {
		span = max(span, math.Abs(c.Residual))
	}
	if span < 1e-9 { // a law that the runs follow to the last digit
		return 1e-3
	}
	return 1.12 * span
}

// rectangle goes as far below zero as above.
func rectangle(x [2]float64, half float64) plotter.XYs {
	return plotter.XYs{{X: x[0], Y: -half}, {X: x[1], Y: -half}, {X: x[1], Y: half}, {X: x[0], Y: half}}
}

// sizeColours is how many colours tell the runs' N apart.
const sizeColours = 12

// bySize groups some of the runs at most by N: a colour for each N where these are few, one for each of some equal parts of ln N
// otherwise.
func bySize(runs []ziplaw.FittedCell, r runRange, most int) []dots {
	var sizes []float64
	for _, c := range runs {
		sizes = append(sizes, c.N)
	}
	slices.Sort(sizes)
	sizes = slices.Compact(sizes)
	n := min(len(sizes), sizeColours)
	groups := make([]dots, n)
	for i := range groups {
		groups[i] = dots{colour: faded(ramp(i, n), 0.85), radius: 2.8}
	}
	for _, c := range thinned(runs, most) {
		i, _ := slices.BinarySearch(sizes, c.N)
		if len(sizes) > sizeColours {
			i = min(int(float64(n)*math.Log(c.N/r.n[0])/math.Log(r.n[1]/r.n[0])), n-1)
		}
		groups[i].at = append(groups[i].at, plotter.XY{X: math.Log10(computeOf(c)), Y: c.Residual})
	}
	return groups
}

// worst are the runs furthest from the law, some at most.
func worst(runs []ziplaw.FittedCell, most int) []ziplaw.FittedCell {
	sorted := slices.Clone(runs)
	slices.SortStableFunc(sorted, func(a, b ziplaw.FittedCell) int {
		return cmp.Compare(math.Abs(b.Residual), math.Abs(a.Residual))
	})
	return sorted[:min(most, len(sorted))]
}

// labelWorst names the runs furthest from the law, but none whose name would run into another's.
func labelWorst(p *plot.Plot, runs []ziplaw.FittedCell, x [2]float64, span float64) {
	const named, apart = 5, 0.07
	var taken []float64 // heights of names
	for _, c := range worst(runs, named) {
		at := plotter.XY{X: math.Log10(computeOf(c)), Y: c.Residual}
		near := func(y float64) bool { return math.Abs(y-at.Y) < 2*apart*span }
		if math.Abs(c.Residual) < 0.01*span || slices.ContainsFunc(taken, near) {
			continue
		}
		taken = append(taken, at.Y)
		p.Add(dots{plotter.XYs{at}, faded(ink, 0.9), 1.2})
		addLabel(p, at, shortened(c.Cell, 22), at.X > (x[0]+x[1])/2)
	}
}

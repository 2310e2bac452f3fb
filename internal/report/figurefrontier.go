package report

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// frontierLine is the frontier of one law, and how it is drawn.
type frontierLine struct {
	frontier scaling.Frontier
	style    draw.LineStyle
}

// Range of the frontiers' figure: so many decades of compute below and above the study's own.
const decadesBelow, decadesAbove = 1, 3

// figureFrontier draws N_opt against C. The study's own range of compute is shaded; all else is extrapolated.
func figureFrontier(in Input) (panel, bool) {
	low, high, found := in.compute()
	if !found || len(in.Result.Fits) == 0 {
		return panel{}, false
	}
	p := newPlot("compute C, FLOPs", "compute-optimal N, parameters")
	p.Add(shade{math.Log10(low), math.Log10(high)})
	for _, l := range in.frontierLines() {
		own := l.style
		own.Width *= 1.8
		addLine(p, l.points(low, high), own)
		addLine(p, l.points(low/math.Pow10(decadesBelow), low), l.style)
		addLine(p, l.points(high, high*math.Pow10(decadesAbove)), l.style)
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(powers), plot.TickerFunc(powers)
	p.X.Min, p.X.Max = math.Log10(low)-decadesBelow, math.Log10(high)+decadesAbove
	n0, n1, _ := spread(in.fitted(), func(c CellRow) float64 { return float64(in.Study.Fit.Size(c.Result)) })
	p.Y.Min, p.Y.Max = max(p.Y.Min, math.Log10(n0)-2), min(p.Y.Max, math.Log10(n1)+decadesAbove)
	return drawPanel(p, "figure-frontier", "Compute-optimal number of parameters against compute", 420, vg.Length(310)), true
}

// frontierLines are Chinchilla's two lines and those of the data sets, by H.
func (in Input) frontierLines() []frontierLine {
	var lines []frontierLine
	add := func(law ziplaw.Fit, style draw.LineStyle) {
		if f, ok := scaling.NewFrontier(law); ok {
			lines = append(lines, frontierLine{f, style})
		}
	}
	add(scaling.Chinchilla, stroke(ink, 0.8))
	add(scaling.ChinchillaRefitted, stroke(grey, 0.8))
	classes := in.classes()
	for _, s := range in.laws(in.byH()) {
		class := classOf(classes, s.set)
		style := stroke(class.colour, 1)
		switch {
		case class.corpus:
			style.Dashes = []vg.Length{1.5, 2.5}
		case len(scaling.Unidentified(s.law)) > 0:
			style.Dashes = []vg.Length{5, 3}
		}
		add(s.law, style)
	}
	return lines
}

func (l frontierLine) points(from, to float64) plotter.XYs {
	xys := make(plotter.XYs, 2) // a power law is straight here
	for i, c := range []float64{from, to} {
		xys[i] = plotter.XY{X: math.Log10(c), Y: math.Log10(l.frontier.N(c))}
	}
	return xys
}

// compute is the range of the fitted cells' 6ND, by the N that the fit counts.
func (in Input) compute() (low, high float64, found bool) {
	return spread(in.fitted(), func(c CellRow) float64 { return c.sixND(in.Study.Fit) })
}

func (c CellRow) sixND(f ziplaw.FitOptions) float64 {
	return 6 * float64(f.Size(c.Result)) * float64(c.Result.D)
}

// fitted are the cells that the fits take.
func (in Input) fitted() []CellRow {
	var cells []CellRow
	for _, c := range in.Cells {
		if c.Result.State == ziplaw.StateDone {
			cells = append(cells, c)
		}
	}
	return cells
}

// shade greys the part of a plot between two places on its horizontal axis.
type shade struct{ from, to float64 }

// Plot draws it.
func (s shade) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	left, right := x(s.from), x(s.to)
	c.FillPolygon(faded(grey, 0.16), []vg.Point{{X: left, Y: c.Min.Y}, {X: right, Y: c.Min.Y}, {X: right, Y: c.Max.Y}, {X: left, Y: c.Max.Y}})
}

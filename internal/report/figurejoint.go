package report

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ziplaw/ziplaw"
)

// figureJoint draws how far each form misses data sets left out: a dot with its interval on a logarithmic axis. False says that no
// form has a number to draw.
func figureJoint(j *ziplaw.Joint) (panel, bool) {
	p := newPlot("median |residual of ln L|, data sets left out", "")
	low, high, found := reachOfForms(j)
	if !found {
		return panel{}, false
	}
	if none := j.Models[0].HeldOut; isPositive(none) {
		p.Add(vertical{math.Log10(none), stroke(faded(ink, 0.8), 0.9, 1.5, 2.5)})
	}
	if j.Own != nil && isPositive(*j.Own) {
		low = min(low, math.Log10(*j.Own))
		p.Add(vertical{math.Log10(*j.Own), stroke(stops[2], 1.2, 5, 3)})
	}
	margin := max(0.05*(high-low), 0.02)
	low, high = low-margin, high+margin
	rows := len(j.Models)
	var names []plot.Tick
	for i, m := range j.Models {
		y := float64(rows - i)
		names = append(names, plot.Tick{Value: y, Label: shortened(m.Name, 22)})
		if isPositive(m.HeldOut) {
			drawForm(p, m, y, m.Name == j.Best, low)
		}
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = low, high, 0.4, float64(rows)+0.6
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(decades), plot.ConstantTicks(names)
	p.Y.Tick.Width = 0
	return drawPanel(p, "figure-joint", "Held-out residuals of each form of the joint law", 420, vg.Length(70+19*rows)), true
}

// drawForm draws a form at its height; an interval that goes down to 0 is cut at the edge.
func drawForm(p *plot.Plot, m ziplaw.JointModel, y float64, best bool, edge float64) {
	colour, radius := grey, vg.Length(3.4)
	if best {
		colour, radius = stops[0], 4.6
	}
	if from, to := m.Interval[0], m.Interval[1]; isPositive(to) {
		left := edge
		if isPositive(from) {
			left = math.Log10(from)
		}
		addLine(p, plotter.XYs{{X: left, Y: y}, {X: math.Log10(to), Y: y}}, stroke(colour, 1.6))
	}
	addGlyph(p, plotter.XY{X: math.Log10(m.HeldOut), Y: y}, draw.GlyphStyle{Color: colour, Radius: radius, Shape: draw.CircleGlyph{}})
}

// reachOfForms is the range of all medians and intervals, in powers of ten.
func reachOfForms(j *ziplaw.Joint) (low, high float64, found bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, m := range j.Models {
		if !isPositive(m.HeldOut) {
			continue
		}
		found = true
		for _, x := range []float64{m.HeldOut, m.Interval[0], m.Interval[1]} {
			if isPositive(x) {
				low, high = min(low, math.Log10(x)), max(high, math.Log10(x))
			}
		}
	}
	return low, high, found
}

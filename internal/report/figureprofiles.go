package report

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/ziplaw/ziplaw"
)

// figureProfiles draws a panel for each free parameter: how far the objective rises, in units of F, where the parameter has
// another value and all others are free.
func figureProfiles(id string, f ziplaw.Fit, d ziplaw.Diagnostics) []panel {
	limit, ok := profileLimit(f, len(d.Curves))
	if !ok {
		return nil
	}
	var panels []panel
	for _, name := range ziplaw.Parameters {
		if p, found := profilePanel(id+"-"+name, name, f, d.Curves[name], limit); found {
			panels = append(panels, p)
		}
	}
	return panels
}

// profileLimit is the F quantile of one parameter at the level of the intervals, for a law with a number of free parameters.
func profileLimit(f ziplaw.Fit, free int) (float64, bool) {
	if !(f.Level > 0 && f.Level < 1) {
		return 0, false
	}
	return distuv.F{D1: 1, D2: float64(max(f.N-free, 1))}.Quantile(f.Level), true
}

func profilePanel(id, name string, f ziplaw.Fit, curve []ziplaw.Curve, limit float64) (panel, bool) {
	const reach = 2.5 // of the drawing, in limits
	axis := axisOf(name)
	var points plotter.XYs
	for _, c := range curve {
		if x := axis.at(c.Value); isFinite(x) && c.Deviance >= 0 {
			points = append(points, plotter.XY{X: x, Y: min(math.Sqrt(c.Deviance/limit), 1e3)})
		}
	}
	low, high := reached(points, math.Sqrt(reach))
	if !(low < high) {
		return panel{}, false
	}
	p := newPlot(name, "rise (F)")
	margin := 0.06 * (high - low)
	addLine(p, plotter.XYs{{X: low - margin, Y: limit}, {X: high + margin, Y: limit}}, stroke(ink, 0.9, 5, 3))
	if x := axis.at(f.Parameter(name)); low <= x && x <= high {
		p.Add(vertical{x, stroke(faded(ink, 0.8), 0.9, 1.5, 2.5)})
	}
	addLine(p, risen(points, limit), stroke(stops[0], 1.6))
	for _, end := range f.Profiles[name] {
		if end != nil && isFinite(axis.at(*end)) {
			p.Add(dots{plotter.XYs{{X: axis.at(*end), Y: limit}}, stops[4], 3})
		}
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = low-margin, high+margin, 0, reach*limit
	p.X.Tick.Marker, p.Y.Tick.Marker = axis.ticks, plot.TickerFunc(plain)
	drawing := drawPanel(p, id, "Profile of "+name+": "+printable(f.DataSet), 250, vg.Length(190))
	drawing.Note = openText(f, name)
	return drawing, true
}

// profileAxis is how a panel shows its parameter: A and B by their logarithms.
type profileAxis struct {
	at    func(float64) float64
	ticks plot.Ticker
}

func axisOf(name string) profileAxis {
	if name == "A" || name == "B" {
		return profileAxis{math.Log10, plot.TickerFunc(decades)}
	}
	return profileAxis{func(x float64) float64 { return x }, plot.TickerFunc(plain)}
}

// reached is the part of an axis where a profile stays within a height.
func reached(points plotter.XYs, height float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, p := range points {
		if p.Y <= height {
			low, high = min(low, p.X), max(high, p.X)
		}
	}
	return low, high
}

// risen is the curve through a profile's points, whose roots are nearly linear in the parameter between them.
func risen(roots plotter.XYs, limit float64) plotter.XYs {
	const pieces = 4
	slices.SortStableFunc(roots, func(a, b plotter.XY) int { return cmp.Compare(a.X, b.X) })
	var line plotter.XYs
	for i, r := range roots {
		if i > 0 {
			from := roots[i-1]
			for k := 1; k < pieces; k++ {
				share := float64(k) / pieces
				root := between(from.Y, r.Y, share)
				line = append(line, plotter.XY{X: between(from.X, r.X, share), Y: root * root * limit})
			}
		}
		line = append(line, plotter.XY{X: r.X, Y: r.Y * r.Y * limit})
	}
	return line
}

// openText says on which sides a profile has no end.
func openText(f ziplaw.Fit, name string) string {
	ends, found := f.Profiles[name]
	switch {
	case !found || ends[0] != nil && ends[1] != nil:
		return ""
	case ends[0] == nil && ends[1] == nil:
		return "Open on both sides."
	case ends[0] == nil:
		return "Open below: no value down to the bound is ruled out."
	}
	return "Open above: no value up to the bound is ruled out."
}

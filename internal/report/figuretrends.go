package report

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ziplaw/ziplaw/analysis/regression"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// trend is one parameter of the laws against H.
type trend struct {
	name      string
	points    []trendPoint // by ascending H
	line      regression.Line
	regressed bool
}

type trendPoint struct {
	dataset  string
	h, value float64
	interval [2]float64
	bounded  bool // it has an interval
	open     bool // the runs don't identify it
	corpus   bool
	colour   color.NRGBA
}

func (in Input) trend(name string) trend {
	t := trend{name: name}
	classes := in.classes()
	for _, s := range in.laws(in.byH()) {
		class := classOf(classes, s.set)
		interval, bounded := s.law.Intervals[name]
		t.points = append(t.points, trendPoint{
			dataset: s.set.DataSet, h: s.set.H.Value, value: s.law.Parameter(name), interval: interval, bounded: bounded,
			open: slices.Contains(scaling.Unidentified(s.law), name), corpus: class.corpus, colour: class.colour,
		})
	}
	t.line, t.regressed = parameterLine(in.Result, name)
	return t
}

// Sizes of a panel, in points.
const (
	panelWidth  = 330
	panelHeight = 230
)

// figureTrends draws a panel for each of some parameters, where there are laws to compare.
func figureTrends(in Input, parameters ...string) []panel {
	if len(in.Result.Fits) < 2 {
		return nil
	}
	var panels []panel
	for _, name := range parameters {
		panels = append(panels, in.trend(name).panel())
	}
	return panels
}

func (t trend) panel() panel {
	p := newPlot("H", t.name)
	low, high := t.points[0].h, t.points[len(t.points)-1].h
	edge := max((high-low)*0.08, 1e-3)
	if t.regressed {
		addArea(p, t.band(low-edge, high+edge), faded(grey, 0.22))
		addLine(p, plotter.XYs{{X: low - edge, Y: t.line.At(low - edge)}, {X: high + edge, Y: t.line.At(high + edge)}}, stroke(ink, 1.1))
	}
	bottom, top := t.reach()
	for _, x := range t.points {
		if x.bounded {
			addLine(p, plotter.XYs{{X: x.h, Y: max(x.interval[0], bottom)}, {X: x.h, Y: min(x.interval[1], top)}}, stroke(faded(x.colour, 0.6), 1.2))
		}
	}
	for _, x := range t.points { // above all lines
		addGlyph(p, plotter.XY{X: x.h, Y: x.value}, x.glyph())
	}
	t.label(p, high-low)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = low-edge, high+edge, bottom, top
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(plain), plot.TickerFunc(plain)
	return drawPanel(p, "figure-trend-"+t.name, t.name+" against H", panelWidth, vg.Length(panelHeight))
}

// glyph is a disc, or a ring where the value isn't identified; a diamond, full or not, for a corpus.
func (x trendPoint) glyph() draw.GlyphStyle {
	g := draw.GlyphStyle{Color: x.colour, Radius: 3.4, Shape: draw.CircleGlyph{}}
	switch {
	case x.corpus && x.open:
		g.Shape, g.Radius = diamond{hollow: true}, 5
	case x.corpus:
		g.Shape, g.Radius = diamond{}, 5
	case x.open:
		g.Shape = ring{}
	}
	return g
}

// crowded is the share of a panel's width within which two names would run into each other.
const crowded = 0.15

// label writes the names of corpora beside their points: to the right, or to the left of one that has another close by.
func (t trend) label(p *plot.Plot, width float64) {
	var corpora []trendPoint
	for _, x := range t.points {
		if x.corpus {
			corpora = append(corpora, x)
		}
	}
	for i, x := range corpora {
		left := i+1 < len(corpora) && corpora[i+1].h-x.h < crowded*width
		addLabel(p, plotter.XY{X: x.h, Y: x.value}, shortened(x.dataset, 18), left)
	}
}

// addLabel writes a text beside a point.
func addLabel(p *plot.Plot, at plotter.XY, name string, left bool) {
	l, err := plotter.NewLabels(plotter.XYLabels{XYs: plotter.XYs{at}, Labels: []string{name}})
	if err != nil {
		return
	}
	style := &l.TextStyle[0]
	style.Font, style.YAlign = p.X.Label.TextStyle.Font, text.YCenter
	l.Offset = vg.Point{X: 7}
	if left {
		style.XAlign, l.Offset = text.XRight, vg.Point{X: -7}
	}
	p.Add(l)
}

// reach is the panel's vertical range: the points, and room of their own span above and below for intervals.
func (t trend) reach() (bottom, top float64) {
	bottom, top = math.Inf(1), math.Inf(-1)
	for _, x := range t.points {
		bottom, top = min(bottom, x.value), max(top, x.value)
	}
	span := top - bottom
	if span == 0 {
		span = max(math.Abs(top), 1)
	}
	least, most := bottom, top
	for _, x := range t.points {
		if x.bounded {
			least, most = min(least, x.interval[0]), max(most, x.interval[1])
		}
	}
	margin := 0.08 * span
	return max(least, bottom-span) - margin, min(most, top+span) + margin
}

// band outlines the interval of the line itself. Without one there is none.
func (t trend) band(low, high float64) plotter.XYs {
	if math.IsNaN(t.line.Band(low)) {
		return nil
	}
	const steps = 40
	outline := make(plotter.XYs, 2*(steps+1))
	for i := range steps + 1 {
		h := low + (high-low)*float64(i)/steps
		outline[i] = plotter.XY{X: h, Y: t.line.At(h) + t.line.Band(h)}
		outline[2*steps+1-i] = plotter.XY{X: h, Y: t.line.At(h) - t.line.Band(h)}
	}
	return outline
}

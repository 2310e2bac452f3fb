package report

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/ziplaw/ziplaw"
)

// trend is one parameter of the laws against H.
type trend struct {
	name       string
	points     []trendPoint
	regression ziplaw.Regression
	regressed  bool
}

type trendPoint struct {
	h, value float64
	interval [2]float64
	bounded  bool // it has an interval
	doubtful bool
	rank     int // of its data set by H
}

func (in Input) trends() []trend {
	var trends []trend
	for _, name := range ziplaw.Parameters {
		t := trend{name: name}
		for rank, i := range in.byH() {
			d := in.Result.DataSets[i]
			law, ok := in.fitOf(d.DataSet)
			if !ok {
				continue
			}
			interval, bounded := law.Intervals[name]
			t.points = append(t.points, trendPoint{
				h: d.H.Value, value: law.Parameter(name), interval: interval, bounded: bounded,
				doubtful: slices.Contains(doubtful(law), name), rank: rank,
			})
		}
		for _, r := range in.Result.Regressions {
			if r.Parameter == name {
				t.regression, t.regressed = r, true
			}
		}
		trends = append(trends, t)
	}
	return trends
}

// figureTrends draws a panel for each parameter, where there are laws to compare.
func figureTrends(in Input) []panel {
	if len(in.Result.Fits) < 2 {
		return nil
	}
	var panels []panel
	for _, t := range in.trends() {
		if len(t.points) == 0 {
			continue
		}
		panels = append(panels, t.panel(len(in.Result.DataSets)))
	}
	return panels
}

func (t trend) panel(sets int) panel {
	p := newPlot("H", t.name)
	low, high := t.points[0].h, t.points[len(t.points)-1].h
	edge := max((high-low)*0.08, 1e-3)
	if t.regressed {
		addArea(p, t.band(low-edge, high+edge), faded(grey, 0.22))
		addLine(p, plotter.XYs{{X: low - edge, Y: t.at(low - edge)}, {X: high + edge, Y: t.at(high + edge)}}, stroke(ink, 1.1))
	}
	bottom, top := t.reach()
	for _, x := range t.points {
		colour := ramp(x.rank, sets)
		if x.bounded {
			addLine(p, plotter.XYs{{X: x.h, Y: max(x.interval[0], bottom)}, {X: x.h, Y: min(x.interval[1], top)}}, stroke(faded(colour, 0.75), 1.2))
		}
		addPoints(p, plotter.XYs{{X: x.h, Y: x.value}}, colour, 3.2, x.doubtful)
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = low-edge, high+edge, bottom, top
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(plain), plot.TickerFunc(plain)
	return drawPanel(p, "figure-trend-"+t.name, t.name+" against H", 330, vg.Length(230))
}

func (t trend) at(h float64) float64 { return t.regression.Intercept + t.regression.Slope*h }

// reach is the panel's vertical range: the points and the line, and room of their own span above and below for
// intervals.
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

// band is the interval of the regression line itself, at the regression's level: t s sqrt(1/n + (h - mean)²/Sxx), with
// t and s from the slope's interval and standard error. Without those there is none.
func (t trend) band(low, high float64) plotter.XYs {
	in, ok := t.regression.Intervals["slope"]
	if !ok || t.regression.SlopeSE == nil {
		return nil
	}
	var mean, sxx float64
	n := float64(len(t.points))
	for _, x := range t.points {
		mean += x.h / n
	}
	for _, x := range t.points {
		sxx += (x.h - mean) * (x.h - mean)
	}
	const steps = 40
	outline := make(plotter.XYs, 2*(steps+1))
	for i := range steps + 1 {
		h := low + (high-low)*float64(i)/steps
		half := (in[1] - in[0]) / 2 * math.Sqrt(sxx/n+(h-mean)*(h-mean))
		outline[i] = plotter.XY{X: h, Y: t.at(h) + half}
		outline[2*steps+1-i] = plotter.XY{X: h, Y: t.at(h) - half}
	}
	return outline
}

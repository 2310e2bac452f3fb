package report

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// byH are the data sets' places in the result, by ascending H.
func (in Input) byH() []int {
	places := make([]int, len(in.Result.DataSets))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int {
		return cmp.Compare(in.Result.DataSets[a].H.Value, in.Result.DataSets[b].H.Value)
	})
	return places
}

// figureH draws the distribution of H over documents, a row for each data set, the lowest H on top.
func figureH(in Input) panel {
	p := newPlot("H of a document", "")
	places, classes := in.byH(), in.classes()
	ticks := make(plot.ConstantTicks, len(places))
	for rank, i := range places {
		y := float64(len(places) - 1 - rank)
		d := in.Result.DataSets[i]
		ticks[rank] = plot.Tick{Value: y, Label: shortened(d.DataSet, 18)}
		colour := classOf(classes, d).colour
		h := finite(in.perDocument(i))
		addArea(p, violin(h, y), faded(colour, 0.45))
		if len(h) > 1 {
			slices.Sort(h)
			low, high := stat.Quantile(0.25, stat.LinInterp, h, nil), stat.Quantile(0.75, stat.LinInterp, h, nil)
			addLine(p, plotter.XYs{{X: low, Y: y}, {X: high, Y: y}}, stroke(colour, 3))
		}
		addGlyph(p, plotter.XY{X: d.H.Value, Y: y}, draw.GlyphStyle{Color: ink, Radius: 2.2, Shape: draw.CircleGlyph{}})
	}
	p.X.Tick.Marker = plot.TickerFunc(plain)
	p.Y.Tick.Marker, p.Y.Tick.Length = ticks, 0
	p.Y.Min, p.Y.Max = -0.6, float64(len(places))-0.4
	return drawPanel(p, "figure-h", "Distribution of H over the documents of each data set", 420, vg.Length(60+rowHeight(len(places))*max(2, len(places))))
}

// rowHeight is that of a data set among some: lower where they are many.
func rowHeight(sets int) int {
	if sets > 8 {
		return 18
	}
	return 30
}

func (in Input) perDocument(i int) []float64 {
	if i < len(in.HPerDocument) {
		return in.HPerDocument[i]
	}
	return nil
}

func finite(values []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(values), func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
}

// violin is the outline of the density of values around the height y: a Gaussian kernel whose width is Silverman's rule
// of thumb (0.9 min(sd, interquartile range / 1.34) n^-1/5), drawn to the same height for all. Values that are all equal
// have none.
func violin(values []float64, y float64) plotter.XYs {
	const points, height = 80, 0.42
	width := bandwidth(values)
	if width <= 0 {
		return nil
	}
	low, high := slices.Min(values)-2*width, slices.Max(values)+2*width
	density := make([]float64, points)
	for i := range density {
		x := low + (high-low)*float64(i)/(points-1)
		for _, v := range values {
			z := (x - v) / width
			density[i] += math.Exp(-z * z / 2)
		}
	}
	top := slices.Max(density)
	outline := make(plotter.XYs, 2*points)
	for i, d := range density {
		x := low + (high-low)*float64(i)/(points-1)
		outline[i] = plotter.XY{X: x, Y: y + height*d/top}
		outline[2*points-1-i] = plotter.XY{X: x, Y: y - height*d/top}
	}
	return outline
}

func bandwidth(values []float64) float64 {
	if len(values) < 2 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	s := stat.StdDev(sorted, nil)
	quartiles := stat.Quantile(0.75, stat.LinInterp, sorted, nil) - stat.Quantile(0.25, stat.LinInterp, sorted, nil)
	if quartiles > 0 {
		s = min(s, quartiles/1.34)
	}
	return 0.9 * s * math.Pow(float64(len(values)), -0.2)
}

// shortened leaves out the middle of a name that has more than a number of characters: names of a class differ at the end.
func shortened(name string, length int) string {
	runes := []rune(printable(name))
	if len(runes) <= length {
		return string(runes)
	}
	tail := length / 2
	return string(runes[:length-tail-1]) + "…" + string(runes[len(runes)-tail:])
}

package report

import (
	"fmt"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// Colours of runs that the law lies below, and above, and of the frontier.
var colourBelow, colourAbove, colourFrontier = stops[0], stops[4], stops[2]

// contourKey has these as style sheets write them.
type contourKey struct{ Below, Above, Frontier string }

var keyOfContours = contourKey{css(colourBelow), css(colourAbove), css(colourFrontier)}

// figureContours draws a law's loss over N and D as contours, with the runs, the compute-optimal frontier and lines of equal
// compute. False says that there are no runs to draw.
func figureContours(id string, f ziplaw.Fit, d ziplaw.Diagnostics, most int) (panel, bool) {
	runs := drawn(d)
	r, found := rangeOf(runs)
	if !found {
		return panel{}, false
	}
	b := boxAround(r)
	p := newPlot("parameters N", "tokens D")
	isoflops := addIsoflops(p, b)
	lines := levels(f, b)
	for _, level := range lines {
		addLine(p, contour(f, level, b), stroke(faded(ink, 0.55), 0.9))
	}
	note := addFrontier(p, f, b)
	all := places(runs)
	for _, group := range bySign(thinned(all, most), f.ResidualSD) {
		p.Add(group)
	}
	p.Add(isoflops...)
	for _, level := range lines {
		if line := contour(f, level, b); len(line) > 0 {
			p.Add(plaque{b.labelPlace(line, 2), strconv.FormatFloat(level, 'g', -1, 64), ink})
		}
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = b.low.X, b.high.X, b.low.Y, b.high.Y
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(decades), plot.TickerFunc(decades)
	drawing := drawPanel(p, id, "Loss by the law over N and D: "+printable(f.DataSet), 420, vg.Length(320))
	drawing.Note = note + thinnedText(len(all), most)
	return drawing, true
}

// thinnedText says how many of n points are drawn, where not all are.
func thinnedText(n, most int) string {
	if n <= most {
		return ""
	}
	return fmt.Sprintf(" %s of %s points are drawn.", whole(most), whole(n))
}

// places are the runs, those of one N and D as one with their mean residual.
func places(runs []ziplaw.FittedCell) []ziplaw.FittedCell {
	type key struct{ n, d float64 }
	at, counts := map[key]int{}, []float64{}
	var all []ziplaw.FittedCell
	for _, c := range runs {
		i, found := at[key{c.N, c.D}]
		if !found {
			at[key{c.N, c.D}] = len(all)
			all, counts = append(all, c), append(counts, 1)
			continue
		}
		counts[i]++
		all[i].Residual += (c.Residual - all[i].Residual) / counts[i]
	}
	return all
}

// bySign groups runs by the sign and the size of their residuals: below half the standard deviation, up to one and a half,
// and beyond.
func bySign(runs []ziplaw.FittedCell, sd float64) []dots {
	const nothing = 1e-6 // residuals of a law that the runs follow to the last digit
	sd = max(sd, nothing)
	groups := make([]dots, 6)
	for i := range groups {
		groups[i] = dots{colour: faded([]color.NRGBA{colourBelow, colourAbove}[i/3], 0.85), radius: []vg.Length{1.8, 3, 4.4}[i%3]}
	}
	for _, c := range runs {
		i := 0
		if c.Residual > 0 {
			i = 3
		}
		switch size := math.Abs(c.Residual); {
		case size > 1.5*sd:
			i += 2
		case size > 0.5*sd:
			i++
		}
		groups[i].at = append(groups[i].at, plotter.XY{X: math.Log10(c.N), Y: math.Log10(c.D)})
	}
	return groups
}

// addFrontier draws the compute-optimal frontier within a box, dashed where the law isn't identified, and says where there is
// nothing to draw.
func addFrontier(p *plot.Plot, f ziplaw.Fit, b box) (note string) {
	frontier, ok := scaling.NewFrontier(f)
	if !ok {
		return "No frontier: a factor or an exponent of the law is 0."
	}
	// log10 N = g + x e and log10 D = -g + x (1 - e), with x = log10(C/6)
	g, e := math.Log10(frontier.G), frontier.Exponent
	low := max((b.low.X-g)/e, (b.low.Y+g)/(1-e))
	high := min((b.high.X-g)/e, (b.high.Y+g)/(1-e))
	if !(low < high) || !isFinite(low) || !isFinite(high) {
		return "The compute-optimal frontier lies outside the figure."
	}
	style := draw.LineStyle{Color: colourFrontier, Width: 2}
	if len(scaling.Unidentified(f)) > 0 {
		style.Dashes = []vg.Length{5, 3}
	}
	addLine(p, plotter.XYs{{X: g + low*e, Y: -g + low*(1-e)}, {X: g + high*e, Y: -g + high*(1-e)}}, style)
	return ""
}

// addIsoflops draws lines of equal compute 6 N D at powers of ten, some at most, and gives their labels, which go above all lines.
func addIsoflops(p *plot.Plot, b box) (labels []plot.Plotter) {
	const most = 7
	six := math.Log10(6)
	low, high := int(math.Ceil(b.low.X+b.low.Y+six)), int(math.Floor(b.high.X+b.high.Y+six))
	step := max(1, (high-low+most)/most)
	for k := low; k <= high; k += step {
		sum := float64(k) - six // log10 N + log10 D
		left, right := max(b.low.X, sum-b.high.Y), min(b.high.X, sum-b.low.Y)
		if !(left < right) {
			continue
		}
		const steps = 40
		line := make(plotter.XYs, steps+1)
		for i := range line {
			x := between(left, right, float64(i)/steps)
			line[i] = plotter.XY{X: x, Y: sum - x}
		}
		addLine(p, plotter.XYs{line[0], line[steps]}, stroke(faded(grey, 0.8), 0.7, 1.5, 2.5))
		labels = append(labels, plaque{b.labelPlace(line, 0.5), "10" + superscript(k), grey})
	}
	return labels
}

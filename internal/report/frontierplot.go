package report

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
	budget "github.com/ziplaw/ziplaw/analysis/allocation"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// CheckPlotName refuses the name of a plot whose form isn't known.
func CheckPlotName(path string) error {
	if ext := strings.ToLower(filepath.Ext(path)); ext != ".svg" && ext != ".png" {
		return &ziplaw.Error{Code: ziplaw.CodeUsage, Field: "--plot", Message: fmt.Sprintf("%q is no plot", path), Hint: "a file .svg or .png"}
	}
	return nil
}

// decadesAround is how far a plot of a prediction goes beyond the budget, in powers of ten.
const decadesAround = 3

// FrontierPlot draws N_opt against C about a prediction's budget, with the interval of the law's draws, beside Chinchilla's
// frontiers, in the form that the name of the file says.
func FrontierPlot(path string, law ziplaw.Law, q budget.Question, answer ziplaw.Prediction) ([]byte, error) {
	if err := CheckPlotName(path); err != nil {
		return nil, err
	}
	p := newPlot("compute C, FLOPs", "compute-optimal N, parameters")
	p.BackgroundColor = color.White
	p.Legend.Top, p.Legend.Left = true, true
	p.Legend.TextStyle.Font = p.X.Label.TextStyle.Font
	from, to := answer.C/math.Pow10(decadesAround), answer.C*math.Pow10(decadesAround)
	if band := frontierBand(law, q, from, to); band != nil {
		addArea(p, band, faded(ramp(0, 2), 0.25))
	}
	own := ziplaw.NewFit(math.Log(answer.Law.A), math.Log(answer.Law.B), answer.Law.Alpha, answer.Law.Beta, answer.Law.E)
	for _, l := range []struct {
		name  string
		law   ziplaw.Fit
		style draw.LineStyle
	}{
		{"Chinchilla", scaling.Chinchilla, stroke(ink, 1)}, {"Chinchilla, refitted", scaling.ChinchillaRefitted, stroke(grey, 1, 5, 3)},
		{answer.Source.Name, own, stroke(ramp(0, 2), 2)},
	} {
		f, ok := scaling.NewFrontier(l.law)
		if !ok {
			continue
		}
		line, err := plotter.NewLine(frontierLine{frontier: f}.points(from, to))
		if err != nil {
			return nil, err
		}
		line.LineStyle = l.style
		p.Add(line)
		p.Legend.Add(printable(l.name), line)
	}
	addGlyph(p, plotter.XY{X: math.Log10(answer.C), Y: math.Log10(answer.NOpt)}, draw.GlyphStyle{Color: ramp(0, 2), Radius: 4, Shape: draw.CircleGlyph{}})
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(plainPowers), plot.TickerFunc(plainPowers)
	return plotFile(p, path, 5*vg.Inch)
}

// plotFile draws a plot in the form that the name of the file says.
func plotFile(p *plot.Plot, path string, height vg.Length) ([]byte, error) {
	w, err := p.WriterTo(7*vg.Inch, height, strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), "."))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = w.WriteTo(&b)
	return b.Bytes(), err
}

// plainPowers are powers of ten in letters that every font has: those of a bitmap lack some raised digits.
func plainPowers(low, high float64) []plot.Tick {
	ticks := powers(low, high)
	for i, t := range ticks {
		if t.Label != "" {
			ticks[i].Label = strings.NewReplacer("e+0", "e", "e+", "e").Replace(fmt.Sprintf("%.0e", math.Pow(10, t.Value)))
		}
	}
	return ticks
}

// frontierBand surrounds the frontiers of the law's draws at each budget; nil where there are too few.
func frontierBand(law ziplaw.Law, q budget.Question, from, to float64) plotter.XYs {
	const steps = 24
	draws := budget.Draws(law, q.Draws, q.Seed)
	var lower, upper plotter.XYs
	for i := range steps + 1 {
		c := from * math.Pow(to/from, float64(i)/steps)
		var sizes []float64
		for _, d := range draws {
			if best, err := budget.Optimum(budget.Mixed(d.At(q.H), q.Epsilon), c); err == nil && best.NOpt > 0 && !math.IsInf(best.NOpt, 0) {
				sizes = append(sizes, math.Log10(best.NOpt))
			}
		}
		if len(sizes) == 0 || len(sizes) < q.Draws/2 {
			return nil
		}
		in := analysis.Interval(sizes, q.Level)
		lower = append(lower, plotter.XY{X: math.Log10(c), Y: in[0]})
		upper = append(upper, plotter.XY{X: math.Log10(c), Y: in[1]})
	}
	slices.Reverse(upper)
	return append(lower, upper...)
}

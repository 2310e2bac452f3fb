package report

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/ziplaw/ziplaw/analysis"
)

// Weighted is a value of H and how many documents have it.
type Weighted = analysis.Weighted

// Distribution is H of a data set's documents.
type Distribution struct {
	Name   string
	H      float64    // the statistic
	Values []Weighted // ascending
}

// Bin is how many documents have an H from Low to High.
type Bin struct {
	Low, High float64
	N         int64
}

// Bins counts values in at most n bins of one width, of which the ends are round numbers.
func Bins(values []Weighted, n int) []Bin {
	if len(values) == 0 {
		return nil
	}
	return binsOf(values, widthOf(values[0].H, values[len(values)-1].H, n))
}

// widthOf is the least width 1, 2 or 5 times a power of ten with which at most n bins reach from low to high.
func widthOf(low, high float64, n int) float64 {
	for exponent := -4; ; exponent++ {
		for _, digit := range []float64{1, 2, 5} {
			width := digit * math.Pow10(exponent)
			if math.Floor(high/width)-math.Floor(low/width) < float64(n) {
				return width
			}
		}
	}
}

func binsOf(values []Weighted, width float64) []Bin {
	first := math.Floor(values[0].H / width)
	var bins []Bin
	for _, v := range values {
		i := int(math.Floor(v.H/width) - first)
		for len(bins) <= i {
			at := first + float64(len(bins))
			bins = append(bins, Bin{Low: at * width, High: (at + 1) * width})
		}
		bins[i].N += v.N
	}
	return bins
}

// histogramBins is the most bins of a drawn histogram.
const histogramBins = 60

// Histogram draws the distributions of H over each other, as the paper's Figure 1 does, in the form that the name of the file says.
func Histogram(path string, sets []Distribution) ([]byte, error) {
	if err := CheckPlotName(path); err != nil {
		return nil, err
	}
	p := newPlot("H of a document", "share of the documents")
	p.BackgroundColor = color.White
	p.Legend.Top = true
	p.Legend.TextStyle.Font = p.X.Label.TextStyle.Font
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range sets {
		low, high = min(low, s.Values[0].H), max(high, s.Values[len(s.Values)-1].H)
	}
	width := widthOf(low, high, histogramBins)
	for i, s := range sets {
		area, err := plotter.NewPolygon(steps(binsOf(s.Values, width)))
		if err != nil {
			return nil, err
		}
		colour := ramp(i, max(len(sets), 2))
		area.Color = faded(colour, 0.45)
		area.LineStyle = stroke(colour, 1)
		p.Add(area)
		p.Legend.Add(printable(fmt.Sprintf("%s: %.3f", shortened(s.Name, 60), s.H)), area)
	}
	p.Y.Max *= 1.05 + 0.07*float64(len(sets)) // room for the legend
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(plain), plot.TickerFunc(plain)
	return plotFile(p, path, 4*vg.Inch)
}

// steps is the outline of bins whose heights are shares of all.
func steps(bins []Bin) plotter.XYs {
	var (
		all  int64
		line plotter.XYs
	)
	for _, b := range bins {
		all += b.N
	}
	line = append(line, plotter.XY{X: bins[0].Low})
	for _, b := range bins {
		share := float64(b.N) / float64(all)
		line = append(line, plotter.XY{X: b.Low, Y: share}, plotter.XY{X: b.High, Y: share})
	}
	return append(line, plotter.XY{X: bins[len(bins)-1].High})
}

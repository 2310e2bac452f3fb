package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// dots are discs of one colour and size, drawn as a single path: thousands of them take little of a page.
type dots struct {
	at     plotter.XYs
	colour color.Color
	radius vg.Length
}

// Plot draws those within the axes.
func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var path vg.Path
	for _, at := range d.at {
		centre := vg.Point{X: x(at.X), Y: y(at.Y)}
		if !c.Contains(centre) {
			continue
		}
		path.Move(vg.Point{X: centre.X + d.radius, Y: centre.Y})
		path.Arc(centre, d.radius, 0, 2*math.Pi)
		path.Close()
	}
	if len(path) > 0 {
		c.SetColor(d.colour)
		c.Fill(path)
	}
}

// vertical is a line from the bottom of a plot to its top.
type vertical struct {
	at    float64
	style draw.LineStyle
}

// Plot draws it.
func (v vertical) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	at := x(v.at)
	c.StrokeLine2(v.style, at, c.Min.Y, at, c.Max.Y)
}

package report

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// paper is the ground of a panel: white in a drawing, and the card's own colour in the report.
var paper = color.NRGBA{R: 0xfe, G: 0xfe, B: 0xfe, A: 0xff}

// plaque is a text on the ground of the panel, so that lines below don't cross it.
type plaque struct {
	at     plotter.XY
	text   string
	colour color.Color
}

// Plot draws it.
func (l plaque) Plot(c draw.Canvas, p *plot.Plot) {
	style := p.X.Tick.Label
	style.Color = l.colour
	style.XAlign, style.YAlign = text.XCenter, text.YCenter
	x, y := p.Transforms(&c)
	at := vg.Point{X: x(l.at.X), Y: y(l.at.Y)}
	half := vg.Point{X: style.Width(l.text)/2 + 1.5, Y: style.Height(l.text)/2 + 0.5}
	c.FillPolygon(paper, []vg.Point{
		{X: at.X - half.X, Y: at.Y - half.Y}, {X: at.X + half.X, Y: at.Y - half.Y},
		{X: at.X + half.X, Y: at.Y + half.Y}, {X: at.X - half.X, Y: at.Y + half.Y},
	})
	c.FillText(style, at, l.text)
}

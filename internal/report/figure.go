package report

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// panel is one drawing with its title. ID is unique in the page.
type panel struct {
	ID, Title string
	Note      string // below the drawing; may be empty
	SVG       template.HTML
}

const textSize = 11

// newPlot is an empty plot without a background, which the page gives.
func newPlot(x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.X.Label.Text, p.Y.Label.Text = x, y
	sans := font.Font{Typeface: "Liberation", Variant: "Sans", Size: textSize}
	for _, s := range []*text.Style{&p.X.Label.TextStyle, &p.Y.Label.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label} {
		s.Font = sans
	}
	p.X.Padding, p.Y.Padding = 0, 0
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = faded(grey, 0.25), faded(grey, 0.25)
	p.Add(grid)
	return p
}

// draw makes a panel of a plot, w by h in units of the panel's own.
func drawPanel(p *plot.Plot, id, title string, w, h vg.Length) panel {
	c := vgsvg.New(w, h)
	p.Draw(draw.New(c))
	var b bytes.Buffer
	_, _ = c.WriteTo(&b) // a Buffer takes everything
	return panel{ID: id, Title: title, SVG: inline(b.String(), id, title, w, h)}
}

// inline makes an SVG document part of a page: without its header, with a name for screen readers, and in the colours
// of the page.
func inline(document, id, title string, w, h vg.Length) template.HTML {
	_, body, _ := strings.Cut(document, "<svg")
	_, body, _ = strings.Cut(body, ">")
	body = strings.NewReplacer(
		"#000000", "currentColor",
		"#FEFEFE", "var(--card)",
		"font-family:Liberation Sans;font-variant:normal;font-weight:normal;font-style:normal;", "",
		"\n\t", " ", "\n", "",
	).Replace(body)
	body = strings.NewReplacer(` style="font-size:11px"`, "", ` style="font-size:11px;`, ` style="`).Replace(body) // as the style sheet has it
	for _, style := range []string{tickStyle, gridStyle} {
		body = joined(body, style)
	}
	name := html.EscapeString(id)
	head := fmt.Sprintf(`<svg viewBox="0 0 %g %g" role="img" aria-labelledby="%s-name"><title id="%s-name">%s</title>`,
		w.Points(), h.Points(), name, name, html.EscapeString(title))
	return template.HTML(head + body) // the drawing escapes its texts itself
}

// Styles of the lines that take much of a small drawing.
const (
	tickStyle = "fill:none;stroke:currentColor;stroke-width:0.5"
	gridStyle = "fill:none;stroke:#7F7F7F;stroke-opacity:0.25098;stroke-width:0.25"
)

// joined makes one path of paths of a style that follow each other.
func joined(body, style string) string {
	const start = `<path d="`
	end := `" style="` + style + `" />`
	parts := strings.Split(body, start)
	var b strings.Builder
	b.WriteString(parts[0])
	within := false // a path of the style is still open
	for _, part := range parts[1:] {
		data, _, alike := strings.Cut(part, end)
		alike = alike && !strings.Contains(data, `"`)
		switch {
		case within && !alike:
			b.WriteString(end + start)
		case !within:
			b.WriteString(start)
		}
		if within = alike && part == data+end; within {
			b.WriteString(data)
		} else {
			b.WriteString(part)
		}
	}
	if within {
		b.WriteString(end)
	}
	return b.String()
}

// addLine draws a line through points, if there are any.
func addLine(p *plot.Plot, xys plotter.XYs, style draw.LineStyle) {
	if l, err := plotter.NewLine(xys); err == nil {
		l.LineStyle = style
		p.Add(l)
	}
}

func stroke(c color.Color, width vg.Length, dashes ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: width, Dashes: dashes}
}

// addArea fills a polygon.
func addArea(p *plot.Plot, xys plotter.XYs, c color.Color) {
	if a, err := plotter.NewPolygon(xys); err == nil {
		a.Color, a.Width = c, 0
		p.Add(a)
	}
}

// addGlyph draws one point.
func addGlyph(p *plot.Plot, at plotter.XY, style draw.GlyphStyle) {
	s, err := plotter.NewScatter(plotter.XYs{at})
	if err != nil {
		return
	}
	s.GlyphStyle = style
	p.Add(s)
}

// ring is a circle with a line that is easily seen.
type ring struct{}

// DrawGlyph draws it.
func (ring) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	c.SetLineStyle(stroke(s.Color, 1.4))
	var path vg.Path
	path.Move(vg.Point{X: at.X + s.Radius, Y: at.Y})
	path.Arc(at, s.Radius, 0, 2*math.Pi)
	path.Close()
	c.Stroke(path)
}

// diamond is a square on its corner.
type diamond struct{ hollow bool }

// DrawGlyph draws it.
func (d diamond) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	var path vg.Path
	path.Move(vg.Point{X: at.X, Y: at.Y + s.Radius})
	path.Line(vg.Point{X: at.X + s.Radius, Y: at.Y})
	path.Line(vg.Point{X: at.X, Y: at.Y - s.Radius})
	path.Line(vg.Point{X: at.X - s.Radius, Y: at.Y})
	path.Close()
	if d.hollow {
		c.SetLineStyle(stroke(s.Color, 1.4))
		c.Stroke(path)
		return
	}
	c.SetColor(s.Color)
	c.Fill(path)
}

package report

import (
	"fmt"
	"image/color"
)

// stops are the colours of an ordered set, from its first to its last. All of them stand out from white and from a
// dark page (contrast 3 and more), and neighbours differ in lightness for people who don't tell red from green.
var stops = []color.NRGBA{
	{0x4a, 0x72, 0xe0, 0xff}, // blue
	{0x0f, 0x93, 0x9c, 0xff}, // teal
	{0x5f, 0x95, 0x2c, 0xff}, // green
	{0xb8, 0x86, 0x0b, 0xff}, // amber
	{0xdb, 0x5b, 0x2e, 0xff}, // vermilion
	{0xc2, 0x43, 0x96, 0xff}, // magenta
}

// ramp is the colour of place i of n in an ordered set.
func ramp(i, n int) color.NRGBA {
	if n <= 1 {
		return stops[0]
	}
	x := float64(i) / float64(n-1) * float64(len(stops)-1)
	k := min(int(x), len(stops)-2)
	t := x - float64(k)
	mix := func(a, b uint8) uint8 { return uint8(float64(float64(a)*(1-t)) + float64(float64(b)*t) + 0.5) }
	a, b := stops[k], stops[k+1]
	return color.NRGBA{R: mix(a.R, b.R), G: mix(a.G, b.G), B: mix(a.B, b.B), A: 0xff}
}

// faded is a colour with some of its opacity.
func faded(c color.NRGBA, share float64) color.NRGBA {
	c.A = uint8(255*share + 0.5)
	return c
}

// ink is the colour of axes and text: black in a drawing, and the page's own text colour in the report.
var (
	ink  = color.NRGBA{A: 0xff}
	grey = color.NRGBA{R: 0x80, G: 0x80, B: 0x80, A: 0xff}
)

// css writes a colour as style sheets do.
func css(c color.NRGBA) string {
	if c == ink {
		return "currentColor"
	}
	return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
}

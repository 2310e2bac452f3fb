package report

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/regression"
)

func TestSmoothedKeepsMeansAndEnds(t *testing.T) {
	for _, steps := range []int{1, 2, 7, 1024, 20000} {
		curve := make([]float32, steps)
		for i := range curve {
			curve[i] = 3 + float32(i%2) // 3, 4, 3, 4 ...
		}
		xys := smoothed(curve, 512, int64(steps)*512)
		if len(xys) == 0 || len(xys) > curveBins+1 {
			t.Fatalf("%d steps make %d points", steps, len(xys))
		}
		for i, p := range xys {
			if p.Y < 3 || p.Y > 4 || i > 0 && !(p.X > xys[i-1].X) || p.X > math.Log10(float64(steps)*512) {
				t.Errorf("%d steps: point %d is %v", steps, i, p)
			}
		}
		if last := xys[len(xys)-1].Y; steps > 1000 && math.Abs(last-3.5) > 0.02 {
			t.Errorf("%d steps: the last bin's mean is %v, not 3.5", steps, last)
		}
	}
}

// TestBandIsTheLinesInterval compares with the interval of the intercept, which is the band at H = 0, and with the
// interval of the values' mean, which is the band at the mean of H.
func TestBandIsTheLinesInterval(t *testing.T) {
	hs := []float64{0.1, 0.25, 0.3, 0.45, 0.6}
	values := []float64{1.1, 0.8, 0.9, 0.4, 0.35}
	fits := make([]ziplaw.Fit, len(hs))
	for i := range hs {
		fits[i].Alpha = values[i]
	}
	tr := trend{name: "alpha", regressed: true}
	tr.line, _ = regression.NewLine(hs, values, 0.9)
	want := regression.Regress(hs, fits, 0.9)[3].Intervals["intercept"]
	band := tr.band(0, 0.68) // 40 steps: the 20th is the mean, 0.34
	if low, high := band[len(band)-1].Y, band[0].Y; math.Abs(low-want[0]) > 1e-12 || math.Abs(high-want[1]) > 1e-12 {
		t.Errorf("at 0 [%v, %v], want %v", low, high, want)
	}
	var residual float64
	for i := range hs {
		residual += math.Pow(values[i]-tr.line.At(hs[i]), 2)
	}
	const t95 = 2.3533634348018264 // of 3 degrees of freedom
	half := t95 * math.Sqrt(residual/3/5)
	if got := band[20].Y - tr.line.At(0.34); math.Abs(got-half) > 1e-9 {
		t.Errorf("at the mean ±%v, want ±%v", got, half)
	}
}

func TestDashedLinesAreLawsThatAreNotIdentified(t *testing.T) {
	in := synthetic(quickShape)
	const dashes = "stroke-dasharray:5,3"
	if p, ok := figureFrontier(in); !ok || strings.Count(string(p.SVG), dashes) != 3*3 { // three laws of grammars, within and on both sides
		t.Errorf("%d dashed lines", strings.Count(string(p.SVG), dashes))
	}
	for i := range in.Result.Fits {
		in.Result.Fits[i].Warnings = nil
	}
	if p, _ := figureFrontier(in); strings.Contains(string(p.SVG), dashes) {
		t.Error("identified laws are dashed")
	}
}

func TestColoursStandOutFromBothPages(t *testing.T) {
	white, dark := 1.0, luminance(0x1b, 0x1f, 0x25)
	for n := 1; n <= 40; n += 13 {
		for i := range n {
			c := ramp(i, n)
			l := luminance(c.R, c.G, c.B)
			if on := (white + 0.05) / (l + 0.05); on < 3 {
				t.Errorf("%d of %d: contrast %.2f on white", i, n, on)
			}
			if on := (l + 0.05) / (dark + 0.05); on < 3 {
				t.Errorf("%d of %d: contrast %.2f on the dark page", i, n, on)
			}
		}
	}
}

// luminance is a colour's relative luminance (WCAG 2).
func luminance(r, g, b uint8) float64 {
	linear := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		ticks []string
		want  string
	}{
		{labels(plain(0.18, 0.56)), "0.2 0.3 0.4 0.5"},
		{labels(plain(-1200, 52000)), "0 2×10⁴ 4×10⁴"},
		{labels(plain(-3, 2)), "−3 −2 −1 0 1 2"},
		{labels(powers(2.9, 6.1)), "10³ 10⁴ 10⁵ 10⁶"},
		{labels(powers(4.2, 5.1)), "2·10⁴ 5·10⁴ 10⁵"},
	} {
		if got := strings.Join(c.ticks, " "); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func labels(ticks []plot.Tick) []string {
	var all []string
	for _, t := range ticks {
		if t.Label != "" {
			all = append(all, t.Label)
		}
	}
	return all
}

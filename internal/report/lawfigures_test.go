package report

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

func TestContoursAreWhereTheLawHasTheirLoss(t *testing.T) {
	b := box{plotter.XY{X: 7, Y: 9}, plotter.XY{X: 9, Y: 11}}
	steep := scaling.Chinchilla
	steep.Alpha, steep.LogA = 4, 4*math.Log(4e7)
	flat := scaling.Chinchilla
	flat.Alpha = 0
	for _, f := range []ziplaw.Fit{scaling.Chinchilla, steep, flat, lawWithout("A"), lawWithout("E")} {
		all := levels(f, b)
		if len(all) < 5 {
			t.Errorf("alpha %v: levels %v", f.Alpha, all)
		}
		for _, level := range all {
			line := contour(f, level, b)
			if len(line) < 5 {
				t.Errorf("alpha %v: the contour of %v has %d points", f.Alpha, level, len(line))
			}
			for i, at := range line {
				if l := scaling.Predict(f, math.Pow(10, at.X), math.Pow(10, at.Y)); math.Abs(l-level) > 1e-9*level || !b.holds(at) {
					t.Errorf("alpha %v: loss %v on the contour of %v at %v", f.Alpha, l, level, at)
				}
				if i > 0 && (at.X < line[i-1].X || at.Y > line[i-1].Y+1e-9) {
					t.Errorf("alpha %v: the contour of %v turns at %v", f.Alpha, level, at)
				}
			}
		}
	}
}

func TestPlacesAreMeansOfRepeats(t *testing.T) {
	got := places([]ziplaw.FittedCell{{N: 1, D: 2, Residual: 1}, {N: 3, D: 2, Residual: 7}, {N: 1, D: 2, Residual: 3}, {N: 1, D: 2, Residual: 5}})
	if len(got) != 2 || got[0].Residual != 3 || got[1].Residual != 7 {
		t.Errorf("%+v", got)
	}
}

func TestProfilePassesTheLimitAtItsEnds(t *testing.T) {
	fits, err := fittedRuns()
	if err != nil {
		t.Fatal(err)
	}
	f, d := fits["well"].fit, fits["well"].diagnostics
	limit, _ := profileLimit(f, len(d.Curves))
	for name, ends := range f.Profiles {
		for _, end := range ends {
			near := math.Inf(1)
			for _, c := range d.Curves[name] {
				if math.Abs(c.Value / *end - 1) < 1e-9 {
					near = c.Deviance
				}
			}
			if math.Abs(near-limit) > 0.01*limit {
				t.Errorf("%s ends at %v with %v, the limit is %v", name, *end, near, limit)
			}
		}
	}
	if p := figureProfiles("f", fits["held"].fit, fits["held"].diagnostics); len(p) != 3 { // A, B and the common exponent
		t.Errorf("%d profiles where E is held and beta tied", len(p))
	}
}

func TestWorstRunsAreNamed(t *testing.T) {
	d := ziplaw.Diagnostics{}
	for i := range 30 {
		d.Cells = append(d.Cells, ziplaw.FittedCell{Cell: fmt.Sprintf("run-%d-", i), N: 1e6 * float64(i+1), D: 1e9, Residual: 0.001})
	}
	d.Cells[7].Residual, d.Cells[20].Residual = 0.2, -0.15
	p, ok := figureResiduals("f", ziplaw.Fit{ResidualSD: 0.05}, d, 10, panelWidth, panelHeight)
	svg := string(p.SVG)
	if !ok || !strings.Contains(svg, "run-7-") || !strings.Contains(svg, "run-20-") || strings.Contains(svg, "run-3-") || !strings.Contains(p.Note, "10 of 30") {
		t.Errorf("%v %s %s", ok, p.Note, svg)
	}
}

func TestJoinedKeepsEveryLine(t *testing.T) {
	const tick, other = `<path d="%s" style="fill:none;stroke:currentColor;stroke-width:0.5" />`, `<path d="%s" style="fill:#4A72E0" />`
	write := func(format, data string) string { return fmt.Sprintf(format, data) }
	for _, c := range []struct{ in, want string }{
		{"", ""}, {"<g>x</g>", "<g>x</g>"},
		{write(tick, "M1") + write(tick, "M2") + write(tick, "M3"), write(tick, "M1M2M3")},
		{write(other, "M1") + write(tick, "M2") + write(other, "M3"), write(other, "M1") + write(tick, "M2") + write(other, "M3")},
		{"<g>" + write(tick, "M1") + write(tick, "M2") + "</g>" + write(tick, "M3") + write(other, "M4"), "<g>" + write(tick, "M1M2") + "</g>" + write(tick, "M3") + write(other, "M4")},
	} {
		if got := joined(c.in, tickStyle); got != c.want {
			t.Errorf("%s\nbecomes %s\nwant    %s", c.in, got, c.want)
		}
	}
}

func TestDecades(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      string
	}{
		{2.5, 2.6, "320 340 360 380"}, {7.5, 8.6, "5·10⁷ 10⁸ 2·10⁸"}, {1, 12, "10³ 10⁶ 10⁹ 10¹²"}, {-40, 40, "10⁻³² 10⁻¹⁶ 10⁰ 10¹⁶ 10³²"},
	} {
		if got := strings.Join(labels(decades(c.low, c.high)), " "); got != c.want {
			t.Errorf("%v to %v: %s, want %s", c.low, c.high, got, c.want)
		}
	}
}

// TestReportShowsFitsWithDiagnostics: a study's report has the section where it was given diagnostics, and else no trace of it.
func TestReportShowsFitsWithDiagnostics(t *testing.T) {
	in := synthetic(shapes["beside"])
	if page := string(build(t, in)[HTMLName]); strings.Contains(page, "Figure 6") || strings.Contains(page, `"#fits"`) {
		t.Error("a section without diagnostics")
	}
	for _, f := range in.Result.Fits {
		d := ziplaw.Diagnostics{LackOfFit: &ziplaw.LackOfFit{PValue: 0.0625}, HoldOut: &ziplaw.HoldOut{Median: 0.0123, InSample: 0.00456}}
		for _, c := range in.cellsOf(f.DataSet) {
			n, tokens := float64(c.Result.N), float64(c.Result.D)
			d.Cells = append(d.Cells, ziplaw.FittedCell{Cell: c.Cell.Name().String(), N: n, D: tokens, Loss: c.Result.Validation, Residual: math.Log(scaling.Predict(f, n, tokens) / c.Result.Validation)})
		}
		in.Diagnostics = append(in.Diagnostics, d)
	}
	low, high := 0.1, 0.9
	in.Result.Fits[0].Profiles = map[string][2]*float64{"alpha": {nil, &high}, "beta": {&low, &high}}
	p := standsAlone(t, build(t, in)[HTMLName])
	for _, want := range []string{"Figure 6", "Figure 7", "Table 4", "[open, 0.900]", "[0.100, 0.900]", "0.0625", "0.0123 (0.00456)", "g10 (H 0.220)", "g70 (H 0.580)", "Residuals of 7 laws"} {
		if !strings.Contains(p.text, want) {
			t.Errorf("the report doesn't say %q", want)
		}
	}
	in.Diagnostics = in.Diagnostics[:2]
	standsAlone(t, build(t, in)[HTMLName])
}

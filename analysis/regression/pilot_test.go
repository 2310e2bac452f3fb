package regression

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
	"github.com/ziplaw/ziplaw/internal/runs"
)

// pilot are the runs of the paper's author, by ascending H, of at least some D.
func pilot(t *testing.T, least float64) []Set {
	t.Helper()
	dir := os.Getenv("ZIPLAW_PILOT_DATA")
	if dir == "" {
		t.Skip("ZIPLAW_PILOT_DATA names no folder with pandey_points.csv")
	}
	table, err := runs.ReadFile(filepath.Join(dir, "pandey_points.csv"), "", nil, runs.Columns{N: "N", D: "D", L: "valid_loss_mean", H: "H", By: "H"})
	if err != nil {
		t.Fatal(err)
	}
	var sets []Set
	for _, name := range table.Sets {
		s := Set{Name: name}
		for _, r := range table.Runs {
			if r.Set == name && r.D >= least {
				s.H = r.H
				s.Points = append(s.Points, scaling.Point{N: r.N, D: r.D, L: r.L, Vocabulary: 32001})
			}
		}
		sets = append(sets, s)
	}
	slices.SortFunc(sets, func(a, b Set) int {
		if a.H < b.H {
			return -1
		}
		return 1
	})
	return sets
}

// TestPilotRegression: with all cells beta falls with H by 3.83 (R2 0.93), with D of 2 million tokens and more it doesn't (0.18); E is
// 0 at H 0.609; and hardly any exponent is identified, which the fits say.
func TestPilotRegression(t *testing.T) {
	for _, c := range []struct {
		least, r2, slope float64
	}{{0, .93, -3.83}, {1.99e6, .18, math.NaN()}} {
		var hs []float64
		var fits []ziplaw.Fit
		o := options
		o.Delta, o.Resamples = 1e-3, 20
		for _, s := range pilot(t, c.least) {
			fit, _, err := scaling.Fit(t.Context(), s.Points, o)
			if err != nil {
				t.Fatal(err)
			}
			hs, fits = append(hs, s.H), append(fits, fit)
			t.Logf("D >= %g, H %.3f: E %.3g alpha %.3f beta %.3f, open %v", c.least, s.H, fit.E, fit.Alpha, fit.Beta, scaling.Unidentified(fit))
		}
		if last := fits[len(fits)-1]; c.least == 0 && last.E > .05 {
			t.Errorf("E is %v at H %v", last.E, hs[len(hs)-1])
		}
		for _, r := range Regress(hs, fits, .95) {
			if r.Parameter != "beta" {
				continue
			}
			if math.Abs(*r.R2-c.r2) > .02 || math.Abs(r.Slope-c.slope) > .05 {
				t.Errorf("D >= %g: beta's slope %v with R2 %v, not %v with %v", c.least, r.Slope, *r.R2, c.slope, c.r2)
			}
			if c.least == 0 && !warned(r.Warnings, "unidentified_fits") {
				t.Errorf("%+v", r.Warnings)
			}
		}
	}
}

// TestPilotJointFit: on the author's five data sets no dependence on H predicts the data set left out significantly better than none.
func TestPilotJointFit(t *testing.T) {
	for _, least := range []float64{0, 1.99e6} {
		r, _, err := Compare(t.Context(), "h", pilot(t, least), nil, options)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range r.Models {
			t.Logf("D >= %g: %-12s in sample %.3f, left out %.3f, ratio %.2f [%.2f, %.2f]", least, m.Name, m.InSample, m.HeldOut, m.Ratio, m.Ratios[0], m.Ratios[1])
			if m.Ratios[1] < 1 {
				t.Errorf("D >= %g: %s is significantly better than none: %+v", least, m.Name, m.Ratios)
			}
		}
		if !warned(r.Warnings, "few_datasets") {
			t.Errorf("%+v", r.Warnings)
		}
	}
}

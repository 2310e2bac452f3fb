package analysis

import (
	"encoding/csv"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
)

var options = ziplaw.FitOptions{Delta: 1e-3, Starts: "hoffmann", Level: .95, Resamples: 100, Seed: 1}

func simulate(law ziplaw.Fit, sizes, budgets int, noise float64) []Point {
	r := rand.New(rand.NewPCG(1, 2))
	var points []Point
	for i := range sizes {
		for j := range budgets {
			n, d := 4e7*math.Pow(1.6, float64(i)), 1e9*math.Pow(1.6, float64(j))
			points = append(points, Point{N: n, D: d, L: Predict(law, n, d) * math.Exp(noise*r.NormFloat64())})
		}
	}
	return points
}

func TestFitFindsTheLawItComesFrom(t *testing.T) {
	for _, law := range []ziplaw.Fit{Chinchilla, ChinchillaRefitted} {
		fit, err := FitLaw(simulate(law, 8, 6, 0), options)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range ziplaw.Parameters {
			if got, want := fit.Parameter(name), law.Parameter(name); math.Abs(got-want) > 1e-3*want {
				t.Errorf("%s: %s is %v, want %v (objective %g)", law.DataSet, name, got, want, fit.Objective)
			}
		}
		if fit.R2 < .999999 || fit.N != 48 {
			t.Errorf("%s: R2 %v, n %d", law.DataSet, fit.R2, fit.N)
		}
	}
}

func TestFitIntervalsHoldTheTruth(t *testing.T) {
	fit, err := FitLaw(simulate(Chinchilla, 10, 8, .01), options)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"alpha", "beta", "E"} {
		in, truth := fit.Intervals[name], Chinchilla.Parameter(name)
		if !(in[0] < truth && truth < in[1]) || !(in[0] <= fit.Parameter(name) && fit.Parameter(name) <= in[1]) {
			t.Errorf("%s: %v in %v, true value %v", name, fit.Parameter(name), in, truth)
		}
	}
}

func TestFitIsTheSameEachTime(t *testing.T) {
	points := simulate(Chinchilla, 4, 4, .02)
	one, err := FitLaw(points, options)
	if err != nil {
		t.Fatal(err)
	}
	two, err := FitLaw(points, options)
	if err != nil || one.Objective != two.Objective || one.Alpha != two.Alpha || one.Intervals["beta"] != two.Intervals["beta"] {
		t.Errorf("two fits differ: %+v, %+v, %v", one, two, err)
	}
}

func TestNoFloorIsFlagged(t *testing.T) {
	law := Chinchilla
	law.E = 0
	fit, err := FitLaw(simulate(law, 6, 6, 0), options)
	if err != nil {
		t.Fatal(err)
	}
	if fit.E > 1e-3 {
		t.Errorf("E is %v without a floor", fit.E)
	}
	if fit.LogE == nil && (fit.E != 0 || !warned(fit.Warnings, "E_at_bound")) {
		t.Errorf("E at its bound without a warning: %+v", fit)
	}
}

func warned(w []ziplaw.Warning, code string) bool {
	for _, x := range w {
		if x.Code == code {
			return true
		}
	}
	return false
}

func TestFitRefuses(t *testing.T) {
	good := simulate(Chinchilla, 3, 3, 0)
	one := func(change func(*Point)) []Point {
		p := append([]Point{}, good...)
		for i := range p {
			change(&p[i])
		}
		return p
	}
	for _, c := range []struct {
		points []Point
		want   string
	}{
		{good[:5], "5 runs are too few"},
		{one(func(p *Point) { p.N = 7 }), "all runs have N = 7"},
		{one(func(p *Point) { p.D = 7 }), "all runs have D = 7"},
		{one(func(p *Point) { p.L = -1 }), "L is -1"},
		{one(func(p *Point) { p.L = math.NaN() }), "L is NaN"},
		{one(func(p *Point) { p.D = math.Inf(1) }), "D is +Inf"},
	} {
		if _, err := FitLaw(c.points, options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

func TestGradient(t *testing.T) {
	o := newObjective(simulate(Chinchilla, 3, 3, .05), .02)
	for _, f := range []face{interior, {alpha: .3, beta: math.NaN(), noE: true}} {
		o.face = f
		x := []float64{5, 6, .3, .25, .4}
		grad := make([]float64, parameters)
		o.eval(x, grad)
		for i := range x {
			const h = 1e-6
			up, down := append([]float64{}, x...), append([]float64{}, x...)
			up[i] += h
			down[i] -= h
			if want := (o.eval(up, nil) - o.eval(down, nil)) / (2 * h); math.Abs(grad[i]-want) > 1e-5*(1+math.Abs(want)) {
				t.Errorf("d/dx%d is %v, by differences %v", i, grad[i], want)
			}
		}
	}
}

func TestFrontierMinimises(t *testing.T) {
	f, ok := NewFrontier(Chinchilla)
	if !ok {
		t.Fatal("Chinchilla has no frontier")
	}
	const c = 1e21
	best := Predict(Chinchilla, f.N(c), f.D(c))
	for _, k := range []float64{.9, 1.1} {
		if n := f.N(c) * k; Predict(Chinchilla, n, c/6/n) <= best {
			t.Errorf("%v times the optimal N is better", k)
		}
	}
	if math.Abs(f.Exponent-.4516) > 1e-3 {
		t.Errorf("exponent %v", f.Exponent)
	}
}

// TestPilotRegression fits the author's pilot runs: E at 0 at H 0.609, and beta falling with H where all runs count.
func TestPilotRegression(t *testing.T) {
	dir := os.Getenv("ZIPLAW_PILOT_DATA")
	if dir == "" {
		t.Skip("ZIPLAW_PILOT_DATA names no folder with pandey_points.csv")
	}
	hs, sets := pilot(t, filepath.Join(dir, "pandey_points.csv"))
	var fits []ziplaw.Fit
	for i, points := range sets {
		o := options
		o.Resamples = 20
		fit, err := FitLaw(points, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("H %.3f: E %.3g alpha %.3f beta %.3f objective %.8g", hs[i], fit.E, fit.Alpha, fit.Beta, fit.Objective)
		fits = append(fits, fit)
	}
	if last := fits[len(fits)-1]; last.E > .05 {
		t.Errorf("E is %v at H %v", last.E, hs[len(hs)-1])
	}
	for _, r := range Regress(hs, fits, .95) {
		if r.Parameter == "beta" && (math.Abs(r.Slope+3.83) > .05 || math.Abs(*r.R2-.93) > .02) {
			t.Errorf("beta's slope %v with R2 %v, not -3.83 with .93", r.Slope, *r.R2)
		}
	}
}

// pilot reads the runs of each data set, by ascending H.
func pilot(t *testing.T, name string) (hs []float64, sets [][]Point) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	number := func(s string) float64 {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	byH := map[float64][]Point{}
	for _, row := range rows[1:] {
		h := number(row[0])
		byH[h] = append(byH[h], Point{N: number(row[2]), D: number(row[3]), L: number(row[7])})
	}
	hs = slices.Sorted(maps.Keys(byH))
	for _, h := range hs {
		sets = append(sets, byH[h])
	}
	return hs, sets
}

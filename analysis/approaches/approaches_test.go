package approaches

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

var options = Options{Level: .95, Resamples: 200, Seed: 1}

// table says which runs a law is asked for.
type table struct {
	law            ziplaw.Fit
	budgets, sizes int
	step, ratio    float64 // ln of neighbours' C, and of neighbours' N
	centre         float64 // ln N of the middle size, less the optimum's
	drift          float64 // of centre, from a budget to the next
	jitter         float64 // of ln C, either way
	noise          float64 // of ln L
}

func (x table) points(t *testing.T) []scaling.Point {
	t.Helper()
	f, has := scaling.NewFrontier(x.law)
	if !has {
		t.Fatal("the law has no frontier")
	}
	r := rand.New(rand.NewPCG(3, 4))
	var points []scaling.Point
	for i := range x.budgets {
		c := 1e18 * math.Exp(x.step*float64(i))
		for j := range x.sizes {
			n := f.N(c) * math.Exp(x.centre+x.drift*float64(i)+x.ratio*(float64(j)-float64(x.sizes-1)/2))
			d := c / 6 / n * math.Exp(x.jitter*(2*r.Float64()-1))
			points = append(points, scaling.Point{N: n, D: d, L: scaling.Predict(x.law, n, d) * math.Exp(x.noise*r.NormFloat64())})
		}
	}
	return points
}

// grid is every size with every token budget.
func grid(law ziplaw.Fit, sizes, budgets int, ratioN, ratioD float64) []scaling.Point {
	var points []scaling.Point
	for i := range sizes {
		for j := range budgets {
			n, d := 1e6*math.Pow(ratioN, float64(i)), 2e7*math.Pow(ratioD, float64(j))
			points = append(points, scaling.Point{N: n, D: d, L: scaling.Predict(law, n, d)})
		}
	}
	return points
}

var usual = table{law: scaling.Chinchilla, budgets: 7, sizes: 9, step: 1.1, ratio: .4}

func codes(a *ziplaw.Approach) string {
	var list []string
	for _, w := range a.Warnings {
		list = append(list, w.Code)
	}
	return strings.Join(list, " ")
}

// TestExponents: without noise both approaches find the law's exponent, as near as they can, and Bias says how far they are off.
func TestExponents(t *testing.T) {
	with := func(change func(*table)) table { x := usual; change(&x); return x }
	for name, test := range map[string]struct {
		points            []scaling.Point
		law               ziplaw.Fit
		isoFLOP, envelope float64 // greatest relative errors of the exponent
		n                 float64 // and of N_opt by parabolas
		warnings          string
	}{
		"budgets":           {usual.points(t), scaling.Chinchilla, 1e-6, .01, .04, "isoflop_parabola"},
		"refitted law":      {with(func(x *table) { x.law = scaling.ChinchillaRefitted }).points(t), scaling.ChinchillaRefitted, 1e-6, .01, .01, "isoflop_parabola"},
		"wide budgets":      {with(func(x *table) { x.ratio = .9 }).points(t), scaling.Chinchilla, 1e-6, .01, .13, "isoflop_parabola"},
		"jitter of compute": {with(func(x *table) { x.jitter = .045 }).points(t), scaling.Chinchilla, .08, .15, .15, "isoflop_parabola"},
		"off centre": {
			with(func(x *table) { x.centre = -1.2 }).points(t), scaling.Chinchilla, 1e-6, .01, .12, "isoflop_parabola isoflop_off_centre",
		},
		"drift": {
			with(func(x *table) { x.centre, x.drift = -1.2, .4 }).points(t), scaling.Chinchilla, .06, .01, .12, "isoflop_parabola isoflop_off_centre",
		},
		"two budgets": {
			with(func(x *table) { x.budgets = 2 }).points(t), scaling.Chinchilla, 1e-6, 0, .04, "isoflop_parabola isoflop_two_budgets",
		},
		"square grid": {grid(scaling.Chinchilla, 12, 12, 2, 2), scaling.Chinchilla, .08, .1, .2, "isoflop_parabola isoflop_left_out isoflop_off_centre"},
	} {
		t.Run(name, func(t *testing.T) {
			truth, _ := scaling.NewFrontier(test.law)
			found := Find(test.points, &test.law, options)
			for approach, x := range map[string]struct {
				a     *ziplaw.Approach
				error float64
			}{ziplaw.ApproachIsoFLOP: {found.IsoFLOP, test.isoFLOP}, ziplaw.ApproachEnvelope: {found.Envelope, test.envelope}} {
				if (x.error == 0) != (x.a == nil) || (x.a == nil) != (found.Absent[approach] != "") {
					t.Fatalf("%s: %+v, absent %q", approach, x.a, found.Absent)
				}
				if x.a == nil {
					continue
				}
				off := x.a.Exponent/truth.Exponent - 1
				t.Logf("%s: exponent %+.4f, N %+.4f, from %d", approach, off, x.a.Bias.N, x.a.N)
				if math.Abs(off) > x.error {
					t.Errorf("%s: the exponent %v is %v off", approach, x.a.Exponent, off)
				}
				if b := x.a.Bias; b == nil || math.Abs(b.Exponent-off) > 1e-9 || math.Abs(b.LawExponent-truth.Exponent) > 1e-12 || b.Found != x.a.N {
					t.Errorf("%s: bias %+v, the exponent is %v off", approach, b, off)
				}
				if n := x.a.Middle.N/truth.N(x.a.Middle.C) - 1; math.Abs(x.a.Bias.N-n) > 1e-9 {
					t.Errorf("%s: bias of N %v, it is %v off", approach, x.a.Bias.N, n)
				}
			}
			a := found.IsoFLOP
			if math.Abs(a.Bias.N) > test.n {
				t.Errorf("N is %v off", a.Bias.N)
			}
			for i, b := range a.Budgets {
				if (b.N == nil) != (b.Bias == nil) || (b.N != nil && math.Abs(*b.N/truth.N(b.C)-1-*b.Bias) > 1e-9) {
					t.Errorf("budget %d: %+v, the optimum is %v", i, b, truth.N(b.C))
				}
			}
			if codes(a) != test.warnings {
				t.Errorf("warnings %q, want %q", codes(a), test.warnings)
			}
		})
	}
}

// TestParabolaIsLopsided: the sign of the bias is that of theory. Along a budget the side of the greater exponent is steeper:
// where alpha is above beta that is the side of small N, and a symmetric parabola's minimum goes the other way.
func TestParabolaIsLopsided(t *testing.T) {
	for _, test := range []struct{ alpha, beta float64 }{{.5, .3}, {.3, .5}, {.4, .4}} {
		law := scaling.Chinchilla
		law.Alpha, law.Beta = test.alpha, test.beta
		x := usual
		x.law = law
		found := Find(x.points(t), &law, options)
		switch b := found.IsoFLOP.Bias.N; {
		case test.alpha > test.beta && !(b > .01), test.alpha < test.beta && !(b < -.01), test.alpha == test.beta && math.Abs(b) > 1e-9:
			t.Errorf("alpha %v, beta %v: N is %v off", test.alpha, test.beta, b)
		}
	}
}

func TestNoise(t *testing.T) {
	x := usual
	x.noise = .003
	truth, _ := scaling.NewFrontier(x.law)
	found := Find(x.points(t), &scaling.Chinchilla, options)
	for name, a := range map[string]*ziplaw.Approach{"isoflop": found.IsoFLOP, "envelope": found.Envelope} {
		if a == nil {
			t.Fatalf("%s: absent: %s", name, found.Absent[name])
		}
		if math.Abs(a.Exponent-truth.Exponent) > .08 {
			t.Errorf("%s: the exponent is %v, the law's is %v", name, a.Exponent, truth.Exponent)
		}
		if a.ExponentD != 1-a.Exponent {
			t.Errorf("%s: the exponents %v and %v", name, a.Exponent, a.ExponentD)
		}
		for value, at := range map[string]float64{
			"exponent": a.Exponent, "exponent_d": a.ExponentD, "log_g": a.LogG, "n": a.Middle.N, "d": a.Middle.D,
		} {
			in, found := a.Intervals[value]
			if !found || !(in[0] < at && at < in[1]) {
				t.Errorf("%s: %s is %v in %v", name, value, at, in)
			}
		}
	}
	if in := found.IsoFLOP.Intervals["exponent"]; !(in[0] < truth.Exponent && truth.Exponent < in[1]) {
		t.Errorf("the true exponent %v isn't in %v", truth.Exponent, in)
	}
}

func TestEveryTimeTheSame(t *testing.T) {
	x := usual
	x.noise, x.jitter = .01, .03
	points := x.points(t)
	first := Find(points, &scaling.Chinchilla, options)
	if again := Find(points, &scaling.Chinchilla, options); !reflect.DeepEqual(first, again) {
		t.Errorf("two results: %+v, %+v", first, again)
	}
	other := options
	other.Seed++
	if again := Find(points, &scaling.Chinchilla, other); reflect.DeepEqual(first.IsoFLOP.Intervals, again.IsoFLOP.Intervals) {
		t.Error("another seed gives the same intervals")
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
	if again := Find(points, &scaling.Chinchilla, options); again.IsoFLOP.Exponent != first.IsoFLOP.Exponent {
		t.Errorf("the order of the table matters: %v, %v", again.IsoFLOP.Exponent, first.IsoFLOP.Exponent)
	}
}

func TestWhatTheGridDoesNotAllow(t *testing.T) {
	with := func(change func(*table)) []scaling.Point { x := usual; change(&x); return x.points(t) }
	downwards := usual.points(t)
	for i, p := range downwards {
		downwards[i].L = 6 - p.L
	}
	flatly := usual.points(t)
	for i := range flatly {
		flatly[i].L = 3
	}
	oneSize := grid(scaling.Chinchilla, 1, 6, 2, 2)
	for name, test := range map[string]struct {
		points            []scaling.Point
		isoFLOP, envelope string // parts of the reasons
	}{
		"none":           {nil, "no runs", "no runs"},
		"one budget":     {with(func(x *table) { x.budgets = 1 }), "1 have one", "envelope: 1"},
		"two sizes":      {with(func(x *table) { x.sizes = 2 }), "7 have fewer than 3 different N", ""},
		"one size":       {oneSize, "6 have fewer than 3", "one N"},
		"downwards":      {downwards, "7 have a parabola that doesn't open upwards", "envelope: 1"},
		"flat":           {flatly, "7 have a parabola that doesn't open upwards", "envelope: 1"},
		"far off centre": {with(func(x *table) { x.centre = 4 }), "7 a minimum outside", ""},
		"no loss":        {[]scaling.Point{{N: 1e6, D: 1e6, L: math.NaN(), Name: "x"}}, "run x: L is NaN", "run x: L is NaN"},
		"negative":       {[]scaling.Point{{N: 1e6, D: -1, L: 2}}, "run 1: D is -1", "run 1: D is -1"},
		"weight":         {[]scaling.Point{{N: 1e6, D: 1e6, L: 2, Weight: -1}}, "the weight is -1", "the weight is -1"},
		"too much":       {[]scaling.Point{{N: 1e200, D: 1e200, L: 2}}, "beyond", "beyond"},
		"two ratios":     {grid(scaling.Chinchilla, 3, 3, 2, 5), "a line needs 2 budgets", ""},
	} {
		t.Run(name, func(t *testing.T) {
			found := Find(test.points, &scaling.Chinchilla, options)
			for approach, x := range map[string]struct {
				a    *ziplaw.Approach
				want string
			}{"isoflop": {found.IsoFLOP, test.isoFLOP}, "envelope": {found.Envelope, test.envelope}} {
				reason := found.Absent[approach]
				if (x.want == "") != (reason == "") || !strings.Contains(reason, x.want) || (x.a == nil) != (reason != "") {
					t.Errorf("%s: %v, %q, want %q", approach, x.a, reason, x.want)
				}
			}
		})
	}
}

// TestLeftOut: budgets without a minimum are told, and the others are used.
func TestLeftOut(t *testing.T) {
	points := usual.points(t)
	points = points[:len(points)-usual.sizes+2] // two sizes of the last budget
	for i := range usual.sizes {                // the first opens downwards
		points[i].L = 6 - points[i].L
	}
	for i := range points[usual.sizes : 2*usual.sizes] { // the second falls all the way
		points[usual.sizes+i].L = 3 - .1*float64(i) + .001*float64(i*i)
	}
	a := Find(points, nil, options).IsoFLOP
	if a == nil || a.N != 4 || len(a.Budgets) != 7 || a.Bias != nil {
		t.Fatalf("%+v", a)
	}
	for i, want := range []string{"doesn't open upwards", "above the largest N", "", "", "", "", "2 different N"} {
		b := a.Budgets[i]
		if (want == "") != (b.LeftOut == "") || !strings.Contains(b.LeftOut, want) {
			t.Errorf("budget %d: %q, want %q", i, b.LeftOut, want)
		}
		if (b.N == nil) != (want != "") || (b.D == nil) != (want != "") || (b.Loss == nil) != (want != "") {
			t.Errorf("budget %d: %+v", i, b)
		}
		if b.N != nil && math.Abs(6**b.N**b.D/b.C-1) > 1e-12 {
			t.Errorf("budget %d: 6 N D is %v, C is %v", i, 6**b.N**b.D, b.C)
		}
	}
	if codes(a) != "isoflop_parabola isoflop_left_out" {
		t.Errorf("warnings %q", codes(a))
	}
}

// TestBudgetsOfThreeRuns: no resample but the budget itself has three sizes, so that few resamples tell a line.
func TestBudgetsOfThreeRuns(t *testing.T) {
	x := usual
	x.budgets, x.sizes = 2, 3
	a := Find(x.points(t), nil, options).IsoFLOP
	if a == nil || len(a.Intervals) != 0 || !strings.Contains(codes(a), "resamples_lost") {
		t.Errorf("%+v", a)
	}
}

// TestRandomTablesHaveNumbersOnly: whatever a small table holds, the result has no NaN and no infinity, which JSON can't say.
func TestRandomTablesHaveNumbersOnly(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	o := options
	o.Resamples = 10
	seen := map[string]int{}
	for i := range 3000 {
		var points []scaling.Point
		for range r.IntN(14) {
			p := scaling.Point{N: math.Pow(2, float64(10+r.IntN(4))), D: math.Pow(2, float64(12+r.IntN(4))), L: 1 + float64(r.IntN(5))}
			switch i % 4 {
			case 1:
				p.L += r.Float64()
			case 2:
				p.N, p.D, p.L = math.Exp(400*r.NormFloat64()), math.Exp(400*r.NormFloat64()), math.Exp(300*r.NormFloat64())
			case 3:
				p.N *= 1 + 1e-15*float64(r.IntN(9))
				p.L, p.Weight = 2+1e-14*r.Float64(), r.Float64()
			}
			points = append(points, p)
		}
		law := scaling.Chinchilla
		if i%3 == 0 {
			law.Alpha, law.Beta = 5*r.Float64(), 5*r.Float64()
			law.LogA, law.LogB = 800*r.NormFloat64(), 800*r.NormFloat64()
		}
		found := Find(points, &law, o)
		if text, err := json.Marshal(found); err != nil || strings.Contains(string(text), "NaN") {
			t.Fatalf("%v: %+v: %v", points, found, err)
		}
		seen[fmt.Sprint("isoflop ", found.IsoFLOP != nil)]++
		seen[fmt.Sprint("envelope ", found.Envelope != nil)]++
	}
	if len(seen) != 4 {
		t.Errorf("not all outcomes occur: %v", seen)
	}
}

func TestOptionsThatGiveNoIntervals(t *testing.T) {
	for _, o := range []Options{{Level: .9}, {Resamples: 10}, {Level: 1.5, Resamples: 10}, {Level: math.NaN(), Resamples: 10}} {
		found := Find(usual.points(t), nil, o)
		if len(found.IsoFLOP.Intervals) != 0 || len(found.Envelope.Intervals) != 0 {
			t.Errorf("%+v: %v, %v", o, found.IsoFLOP.Intervals, found.Envelope.Intervals)
		}
		if _, err := json.Marshal(found); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// TestTolerance: budgets of loosely equal compute are found where the tolerance is as loose.
func TestTolerance(t *testing.T) {
	x := usual
	x.jitter = .15
	o := options
	o.Tolerance = .3
	if a := Find(x.points(t), nil, o).IsoFLOP; a == nil || len(a.Budgets) != x.budgets {
		t.Errorf("%+v", a)
	}
	if a := Find(x.points(t), nil, options).IsoFLOP; a != nil && len(a.Budgets) == x.budgets {
		t.Errorf("%d budgets by the usual tolerance", len(a.Budgets))
	}
}

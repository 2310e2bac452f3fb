package allocation

import (
	"math"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

func close(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance*math.Abs(b) }

// over is a law over H with a covariance of its slopes and intercepts.
func over() ziplaw.Law {
	l := ziplaw.Law{
		Version: 1, Measure: "h", H: [2]float64{.1, .6}, N: [2]float64{1e5, 1e8}, D: [2]float64{1e6, 1e9},
		Terms: map[string]ziplaw.Term{
			"lnA": {Slope: -2, Intercept: 7}, "lnB": {Slope: -1.5, Intercept: 7.5}, "alpha": {Slope: -.5, Intercept: .6}, "beta": {Slope: -.2, Intercept: .45}, "E": {Slope: 1, Intercept: .5},
		},
		Source: ziplaw.LawSource{Kind: "joint", Name: "world", Depends: ziplaw.Terms},
	}
	for i := range 10 {
		row := make([]float64, 10)
		row[i] = 1e-6
		l.Covariance = append(l.Covariance, row)
	}
	return l
}

var question = Question{H: .3, Epsilon: 1, Level: .95, Draws: 400, Seed: 1}

// TestOptimumIsTheLeastLoss compares the closed form with a search over N.
func TestOptimumIsTheLeastLoss(t *testing.T) {
	for _, law := range []ziplaw.Fit{scaling.Chinchilla, scaling.ChinchillaRefitted, over().At(.1), over().At(.6)} {
		for _, c := range []float64{1e12, 1e18, 1e24} {
			best, err := Optimum(law, c)
			if err != nil {
				t.Fatal(err)
			}
			n := minimize(func(n float64) float64 { return scaling.Predict(law, n, c/6/n) }, best.NOpt/1e4, best.NOpt*1e4)
			if !close(n, best.NOpt, 1e-3) || !close(6*best.NOpt*best.DOpt, c, 1e-12) {
				t.Errorf("C %g: N %g by Eq. 2, %g by search", c, best.NOpt, n)
			}
		}
	}
}

// TestQuestionsAgree: the budget for a loss, a size or tokens is the one whose optimum has them.
func TestQuestionsAgree(t *testing.T) {
	q := question
	q.C = 1e17
	first, err := Predict(over(), q)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Question){
		"loss": func(q *Question) { q.Loss = first.Loss }, "params": func(q *Question) { q.N = first.NOpt }, "tokens": func(q *Question) { q.D = first.DOpt },
	} {
		q := question
		change(&q)
		p, err := Predict(over(), q)
		if err != nil || !close(p.C, q.C+1e17, 1e-6) || !close(p.NOpt, first.NOpt, 1e-6) {
			t.Errorf("%s: budget %g, N %g, %v; want %g, %g", name, p.C, p.NOpt, err, 1e17, first.NOpt)
		}
	}
}

func TestIntervalsHoldTheAnswer(t *testing.T) {
	q := question
	q.C = 1e15
	p, err := Predict(over(), q)
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]float64{"n_opt": p.NOpt, "d_opt": p.DOpt, "loss": p.Loss, "c": p.C} {
		in, found := p.Intervals[name]
		if !found || !(in[0] <= v && v <= in[1]) {
			t.Errorf("%s %g in %v", name, v, in)
		}
	}
	again, err := Predict(over(), q)
	if err != nil || again.Intervals["n_opt"] != p.Intervals["n_opt"] {
		t.Errorf("another interval from the same seed: %v, %v", again.Intervals, err)
	}
}

// TestEpsilonMixes: 0 is Chinchilla alone, and in between each parameter is in between.
func TestEpsilonMixes(t *testing.T) {
	q := question
	q.C, q.Epsilon = 1e20, 0
	p, err := Predict(over(), q)
	if err != nil || !close(p.NOpt, p.Chinchilla.NOpt, 1e-9) || p.Saving.FLOPs > 1e-6*p.C {
		t.Errorf("%+v %v", p, err)
	}
	q.Epsilon = .25
	if p, err = Predict(over(), q); err != nil || !close(p.Law.Alpha, .75*.34+.25*.45, 1e-12) || !close(p.Law.E, .75*1.69+.25*.8, 1e-12) {
		t.Errorf("%+v %v", p.Law, err)
	}
}

func TestSaving(t *testing.T) {
	q := question
	q.C, q.Rates = 1e18, Rates{DeviceFLOPs: 1e12, Price: 2}
	p, err := Predict(over(), q)
	if err != nil {
		t.Fatal(err)
	}
	enough, err := Optimum(over().At(.3), p.C-p.Saving.FLOPs)
	if err != nil || !close(enough.Loss, p.Chinchilla.Loss, 1e-6) {
		t.Errorf("with what is left the loss is %v, Chinchilla's %v, %v", enough.Loss, p.Chinchilla.Loss, err)
	}
	if !close(*p.Saving.DeviceHours, p.Saving.FLOPs/3.6e15, 1e-12) || !close(*p.Saving.Money, 2**p.Saving.DeviceHours, 1e-12) {
		t.Errorf("%+v", p.Saving)
	}
}

// TestRepeats: four epochs are worth nearly four times the data, and many epochs no more than R* + 1 times.
func TestRepeats(t *testing.T) {
	if got := effective(4e9, 1e9, repeatDecay); !(got > 3.6e9 && got < 4e9) {
		t.Errorf("4 epochs are worth %g", got)
	}
	if got := effective(1e13, 1e9, repeatDecay); !close(got, (1+repeatDecay)*1e9, 1e-6) {
		t.Errorf("10,000 epochs are worth %g", got)
	}
	if got := effective(5e8, 1e9, repeatDecay); got != 5e8 {
		t.Errorf("half of the data is worth %g", got)
	}
	q := question
	q.C, q.Unique = 1e16, 1e6
	p, err := Predict(over(), q)
	if err != nil || p.Repeat == nil {
		t.Fatal(p.Repeat, err)
	}
	if p.Repeat.Loss < p.Loss || p.Repeat.Best.Loss > p.Repeat.Loss*(1+1e-9) || !close(p.Repeat.Epochs, p.DOpt/1e6, 1e-12) {
		t.Errorf("%+v, without repeats %v", p.Repeat, p.Loss)
	}
	q.Unique = 1e12
	if p, err = Predict(over(), q); err != nil || p.Repeat != nil {
		t.Errorf("%+v %v", p.Repeat, err)
	}
}

func TestDoubts(t *testing.T) {
	codes := func(l ziplaw.Law, change func(*Question)) string {
		q := question
		change(&q)
		p, err := Predict(l, q)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, w := range p.Warnings {
			all = append(all, w.Code)
		}
		return strings.Join(all, " ")
	}
	for _, c := range []struct {
		law    ziplaw.Law
		change func(*Question)
		want   string
	}{
		{over(), func(q *Question) { q.C = 1e14 }, ""},
		{over(), func(q *Question) { q.C, q.H = 1e14, .7 }, "measure_outside"},
		{over(), func(q *Question) { q.C = 1e22 }, "n_outside d_outside budget_outside"},
		{over(), func(q *Question) { q.C, q.Unique = 1e14, 1e6 }, "data_repeats"},
		{Published()["chinchilla"], func(q *Question) { q.C = 1e21 }, "no_dependence no_intervals"},
	} {
		if got := codes(c.law, c.change); got != c.want {
			t.Errorf("warnings %q, want %q", got, c.want)
		}
	}
}

func TestPredictRefuses(t *testing.T) {
	flat := over()
	flat.Terms["alpha"] = ziplaw.Term{}
	for want, c := range map[string]struct {
		law    ziplaw.Law
		change func(*Question)
	}{
		"floor E is 0.8":        {over(), func(q *Question) { q.Loss = .5 }},
		"not 0":                 {over(), func(*Question) {}},
		"not 2":                 {over(), func(q *Question) { q.C, q.N = 1, 1 }},
		"epsilon is 2":          {over(), func(q *Question) { q.C, q.Epsilon = 1e15, 2 }},
		"no compute-optimal":    {flat, func(q *Question) { q.C = 1e15 }},
		"NaN is no budget":      {over(), func(q *Question) { q.C = math.NaN() }},
		"up to 1e+40 FLOPs rea": {ziplaw.Law{Terms: map[string]ziplaw.Term{"lnA": {Intercept: 1}, "lnB": {Intercept: 1}, "alpha": {Intercept: 1e-3}, "beta": {Intercept: 1e-3}}}, func(q *Question) { q.Loss = 1 }},
	} {
		q := question
		c.change(&q)
		if _, err := Predict(c.law, q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestCrossings: alpha and beta of the law are equal at 0.5, and the covariance moves that.
func TestCrossings(t *testing.T) {
	x, found := Crossings(over(), 1e15, .95, 400, 1)["alpha_beta"]
	if !found || !close(x.H, .5, 1e-6) || x.Interval == nil || !(x.Interval[0] < .5 && .5 < x.Interval[1]) {
		t.Errorf("%+v", x)
	}
	apart := over()
	apart.Terms["alpha"] = ziplaw.Term{Intercept: 1}
	if x, found := Crossings(apart, 1e15, .95, 400, 1)["alpha_beta"]; found {
		t.Errorf("they don't cross: %+v", x)
	}
}

// Package allocation answers what a scaling law is for: for data of a compressibility and a budget, how many parameters and
// tokens, at which loss, and how that differs from Chinchilla's allocation. It fits nothing.
package allocation

import (
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// Question is what is asked of a law. Exactly one of C, Loss, N and D is above 0.
type Question struct {
	H       float64 // of the data
	C       float64 // budget, FLOPs
	Loss    float64 // to be reached, nats per token
	N, D    float64 // size or tokens that are to be compute-optimal
	Epsilon float64 // share of the law in each parameter, beside Chinchilla's (Eq. 6 of the paper)
	Unique  float64 // tokens at hand; 0 where they aren't known
	Level   float64 // of the intervals
	Draws   int     // of the law, behind the intervals
	Seed    int64
	Rates   Rates
}

// Rates turn FLOPs into hours and money.
type Rates struct {
	DeviceFLOPs float64 // of one device, a second, really reached
	Price       float64 // of a device for an hour
}

// Predict answers a question. It fails where the law has no such allocation: a loss at or below E, or no compute-optimal
// frontier.
func Predict(l ziplaw.Law, q Question) (ziplaw.Prediction, error) {
	if err := q.check(); err != nil {
		return ziplaw.Prediction{}, err
	}
	law := Mixed(l.At(q.H), q.Epsilon)
	c, err := compute(law, q)
	if err != nil {
		return ziplaw.Prediction{}, err
	}
	best, err := Optimum(law, c)
	if err != nil {
		return ziplaw.Prediction{}, err
	}
	p := ziplaw.Prediction{
		Count: l.Count, C: c, NOpt: best.NOpt, DOpt: best.DOpt, Loss: best.Loss, Level: q.Level, Epsilon: q.Epsilon, Source: l.Source,
		Law:       ziplaw.LawParameters{E: law.E, A: law.A, B: law.B, Alpha: law.Alpha, Beta: law.Beta},
		Intervals: map[string][2]float64{}, Warnings: []ziplaw.Warning{},
	}
	if len(l.Source.Depends) > 0 {
		h := q.H
		p.H = &h
	}
	if f, ok := scaling.NewFrontier(law); ok {
		p.Exponent = &f.Exponent
	}
	for name, v := range map[string]float64{"A": law.A, "B": law.B, "E": law.E, "C": c, "N": best.NOpt, "D": best.DOpt, "the loss": best.Loss} {
		if math.IsInf(v, 0) || math.IsNaN(v) || (v == 0 && (name == "N" || name == "D")) {
			return ziplaw.Prediction{}, fmt.Errorf("predict: the law's answer leaves the numbers: %s is %v", name, v)
		}
	}
	p.Chinchilla, p.Refitted = allocate(scaling.Chinchilla, law, c), allocate(scaling.ChinchillaRefitted, law, c)
	p.Saving = saving(law, p, q.Rates)
	p.Repeat = repeat(law, p, q.Unique)
	p.Intervals = intervals(l, q)
	p.Warnings = doubts(l, q, p)
	return p, nil
}

func (q Question) check() error {
	asked := 0
	for _, v := range []float64{q.C, q.Loss, q.N, q.D} {
		if v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("predict: %v is no budget, loss, size or number of tokens", v)
		}
		if v > 0 {
			asked++
		}
	}
	if asked != 1 {
		return fmt.Errorf("predict: one of budget, loss, parameters and tokens is asked for, not %d", asked)
	}
	if !(q.Epsilon >= 0 && q.Epsilon <= 1) {
		return fmt.Errorf("predict: epsilon is %v, not from 0 to 1", q.Epsilon)
	}
	return nil
}

// Mixed is Eq. 6: each parameter is (1 - epsilon) times Chinchilla's plus epsilon times the law's.
func Mixed(f ziplaw.Fit, epsilon float64) ziplaw.Fit {
	if epsilon == 1 {
		return f
	}
	of := func(name string) float64 {
		return float64((1-epsilon)*scaling.Chinchilla.Parameter(name)) + float64(epsilon*f.Parameter(name))
	}
	return ziplaw.NewFit(math.Log(of("A")), math.Log(of("B")), of("alpha"), of("beta"), of("E"))
}

// compute is the budget of a question.
func compute(law ziplaw.Fit, q Question) (float64, error) {
	if q.C > 0 {
		return q.C, nil
	}
	if q.Loss > 0 {
		return reach(law, q.Loss)
	}
	f, ok := scaling.NewFrontier(law)
	if !ok || f.Exponent <= 0 || f.Exponent >= 1 {
		return 0, noFrontier(law)
	}
	if q.N > 0 {
		return 6 * math.Pow(q.N/f.G, 1/f.Exponent), nil
	}
	return 6 * math.Pow(q.D*f.G, 1/(1-f.Exponent)), nil
}

func noFrontier(law ziplaw.Fit) error {
	return fmt.Errorf("predict: the law has no compute-optimal frontier here: A %.3g, B %.3g, alpha %.3g, beta %.3g must all be above 0", law.A, law.B, law.Alpha, law.Beta)
}

// Range of budgets that are looked at, FLOPs.
const leastC, mostC = 1, 1e40

// reach is the least budget whose optimal allocation has a loss. The optimal loss falls with the budget: its logarithm is halved.
func reach(law ziplaw.Fit, loss float64) (float64, error) {
	if loss <= law.E {
		return 0, fmt.Errorf("predict: no budget reaches the loss %.4g: the law's floor E is %.4g", loss, law.E)
	}
	low, high := math.Log(leastC), math.Log(mostC)
	for range 200 {
		middle := (low + high) / 2
		best, err := Optimum(law, math.Exp(middle))
		if err != nil {
			return 0, err
		}
		if best.Loss > loss {
			low = middle
		} else {
			high = middle
		}
	}
	if c := math.Exp(high); c < mostC*(1-1e-9) {
		return c, nil
	}
	return 0, fmt.Errorf("predict: no budget up to %g FLOPs reaches the loss %.4g", mostC, loss)
}

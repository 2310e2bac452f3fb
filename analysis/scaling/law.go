package scaling

import (
	"math"

	"github.com/ziplaw/ziplaw"
)

// law writes a solution as the paper does.
func (c *curve) law(s solution, delta float64) ziplaw.Fit {
	u := s.u
	f := ziplaw.Fit{
		Alpha: u[atAlpha], Beta: u[atBeta], E: u[atE],
		LogA: math.Log(u[atA]) + u[atAlpha]*c.centreN, LogB: math.Log(u[atB]) + u[atBeta]*c.centreD,
		Objective: s.value,
	}
	f.A, f.B = math.Exp(f.LogA), math.Exp(f.LogB)
	if f.E > 0 {
		e := math.Log(f.E)
		f.LogE = &e
	}
	if !math.IsInf(delta, 1) {
		f.Objective *= delta * delta
	}
	return f
}

// Predict is the law's loss at N parameters and D tokens, in nats per token.
func Predict(f ziplaw.Fit, n, d float64) float64 {
	return f.E + math.Exp(f.LogA-f.Alpha*math.Log(n)) + math.Exp(f.LogB-f.Beta*math.Log(d))
}

// Residual is ln of the law's loss less ln of the run's.
func Residual(f ziplaw.Fit, p Point) float64 { return math.Log(Predict(f, p.N, p.D)) - math.Log(p.L) }

// values are a, b, alpha, beta and E of a law.
func values(f ziplaw.Fit) map[string]float64 {
	v := map[string]float64{"a": f.LogA, "b": f.LogB}
	for _, name := range ziplaw.Parameters {
		v[name] = f.Parameter(name)
	}
	return v
}

// at is a law under another option.
func at(f ziplaw.Fit, delta float64) ziplaw.LawAt {
	if math.IsInf(delta, 1) {
		delta = 0
	}
	return ziplaw.LawAt{Delta: delta, E: f.E, A: f.A, B: f.B, Alpha: f.Alpha, Beta: f.Beta, Objective: f.Objective}
}

package allocation

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
	"github.com/ziplaw/ziplaw/internal/random"
)

// Draws are laws from the normal distribution of a law's terms with their covariance; none where it isn't known. The same seed
// draws the same.
func Draws(l ziplaw.Law, n int, seed int64) []ziplaw.Law {
	k := 2 * len(ziplaw.Terms)
	if len(l.Covariance) != k {
		return nil
	}
	root, ok := squareRoot(l.Covariance)
	if !ok {
		return nil
	}
	laws := make([]ziplaw.Law, n)
	for i := range laws {
		s := random.At(uint64(seed), "laws by their covariance", uint64(i))
		z := make([]float64, k)
		for j := range z {
			z[j] = distuv.UnitNormal.Quantile(s.Float64())
		}
		var shift mat.VecDense
		shift.MulVec(root, mat.NewVecDense(k, z))
		laws[i] = l
		laws[i].Terms = map[string]ziplaw.Term{}
		for j, name := range ziplaw.Terms {
			t := l.Terms[name]
			laws[i].Terms[name] = ziplaw.Term{Slope: t.Slope + shift.AtVec(2*j), Intercept: t.Intercept + shift.AtVec(2*j+1)}
		}
	}
	return laws
}

// squareRoot is a matrix whose product with its transpose is the covariance, which may be singular.
func squareRoot(covariance [][]float64) (*mat.Dense, bool) {
	k := len(covariance)
	sym := mat.NewSymDense(k, nil)
	for i := range k {
		for j := range i + 1 {
			if len(covariance[i]) != k || math.IsNaN(covariance[i][j]) {
				return nil, false
			}
			sym.SetSym(i, j, covariance[i][j])
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(sym, true) {
		return nil, false
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	for j, v := range eigen.Values(nil) {
		for i := range k {
			vectors.Set(i, j, vectors.At(i, j)*math.Sqrt(max(v, 0)))
		}
	}
	return &vectors, true
}

// intervals are those of an answer over draws of the law. A draw without an answer, such as an exponent of 0, has none.
func intervals(l ziplaw.Law, q Question) map[string][2]float64 {
	values := map[string][]float64{}
	for _, draw := range Draws(l, q.Draws, q.Seed) {
		law := Mixed(draw.At(q.H), q.Epsilon)
		c, err := compute(law, q)
		if err != nil {
			continue
		}
		best, err := Optimum(law, c)
		if err != nil || math.IsInf(best.NOpt, 0) || math.IsNaN(best.Loss) || best.NOpt == 0 {
			continue
		}
		for name, v := range map[string]float64{"n_opt": best.NOpt, "d_opt": best.DOpt, "loss": best.Loss, "c": c} {
			values[name] = append(values[name], v)
		}
	}
	in := map[string][2]float64{}
	for name, v := range values {
		if len(v) < q.Draws/2 { // most laws have no answer: an interval of the others would be too narrow
			continue
		}
		in[name] = analysis.Interval(v, q.Level)
	}
	return in
}

package scaling

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// inPaper are the derivatives of a, b, alpha, beta and E by the unknowns of the search: a = ln A0 + alpha centreN.
func (c *curve) inPaper(u [parameters]float64) *mat.Dense {
	t := mat.NewDense(parameters, parameters, nil)
	t.Set(atA, atA, 1/u[atA])
	t.Set(atA, atAlpha, c.centreN)
	t.Set(atB, atB, 1/u[atB])
	t.Set(atB, atBeta, c.centreD)
	for _, p := range []int{atAlpha, atBeta, atE} {
		t.Set(p, p, 1)
	}
	return t
}

// covariance is that of a, b, alpha, beta and E at a minimum, nil where the runs leave a direction open, and the condition
// number of the normal equations in the free ones of the five, nil where it is beyond float64. A parameter at its bound counts
// as held.
func (p *problem) covariance(s solution, d dispersion) (covariance [][]float64, condition *float64) {
	inner, x := p.inBounds(s)
	k := len(inner.unknown)
	if k == 0 {
		return nil, nil
	}
	n := len(inner.curve.loss)
	residuals, jacobian := make([]float64, n), make([]float64, n*k)
	inner.huber(p.delta).Eval(x, residuals, jacobian)
	for i := range n {
		root := 1.0
		if p.weights != nil {
			root = math.Sqrt(p.weights[i])
		}
		for j := range k {
			jacobian[i*k+j] *= root
		}
	}
	_, by := inner.freedom.full(inner.curve, inner.unknown, x)
	free := mat.NewDense(parameters, k, nil)
	for q := range parameters {
		for j := range k {
			free.Set(q, j, by[q][j])
		}
	}
	var paper mat.Dense // (parameters, k): the paper's five by the free unknowns
	paper.Mul(p.curve.inPaper(s.u), free)
	var qr mat.QR
	qr.Factorize(mat.NewDense(n, k, jacobian))
	condition = p.conditionOf(jacobian, &paper, inner.unknown)
	if !(qr.Cond() < 1e12) { // of JᵀWJ's root: beyond it the inverse is noise
		return nil, condition
	}
	var r mat.Dense
	qr.RTo(&r)
	var half mat.Dense // (k, parameters): R^-T paperᵀ
	if half.Solve(r.Slice(0, k, 0, k).T(), paper.T()) != nil {
		return nil, condition
	}
	var cov mat.Dense
	cov.Mul(half.T(), &half)
	for i := range parameters {
		row := make([]float64, parameters)
		for j := range row {
			row[j] = cov.At(i, j) * d.variance()
		}
		covariance = append(covariance, row)
	}
	return covariance, condition
}

// inBounds is the problem with the parameters that stand at a bound held there, and its free unknowns.
func (p *problem) inBounds(s solution) (*problem, []float64) {
	f := p.freedom
	for _, u := range p.unknown {
		if (u == atAlpha || u == atBeta || u == atE) && (s.u[u] <= p.lower(u) || s.u[u] >= p.upper(u)) {
			f = f.with(u, s.u[u])
		}
	}
	inner := p.with(f)
	x := make([]float64, len(inner.unknown))
	for i, u := range inner.unknown {
		x[i] = s.u[u]
	}
	return inner, x
}

// conditionOf is the condition number of the normal equations in those of a, b, alpha, beta and E that are free.
func (p *problem) conditionOf(jacobian []float64, paper *mat.Dense, unknown []int) *float64 {
	k := len(unknown)
	square := mat.NewDense(k, k, nil) // of the free ones of the five by the free unknowns
	for i, u := range unknown {
		for j := range k {
			square.Set(i, j, paper.At(u, j))
		}
	}
	var inverse, j mat.Dense
	if inverse.Inverse(square) != nil {
		return nil
	}
	j.Mul(mat.NewDense(len(jacobian)/k, k, jacobian), &inverse)
	var svd mat.SVD
	if !svd.Factorize(&j, mat.SVDNone) {
		return nil
	}
	c := svd.Cond()
	if c *= c; math.IsInf(c, 0) || math.IsNaN(c) {
		return nil
	}
	return &c
}

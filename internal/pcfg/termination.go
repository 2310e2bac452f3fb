package pcfg

// maxDense bounds the components that are solved by elimination; the paper's
// grammars have at most 200 non-terminals.
const maxDense = 512

// terminations returns for each non-terminal the probability that a derivation
// from it ends: the least fixed point of the equations of system. It solves one
// strongly connected component after the other, from below by Newton's method,
// which converges to the least fixed point (Etessami and Yannakakis, "Recursive
// Markov chains, stochastic grammars, and monotone systems of nonlinear
// equations", J. ACM 56, 2009). Exactly 0 means that no derivation ends.
func (g *Grammar) terminations() []float64 {
	q := make([]float64, len(g.rules))
	certain := make([]bool, len(g.rules)) // to end
	alive := g.productive()
	usable := func(r rule) bool { return r.probability > 0 && r.all(alive) }
	for _, members := range g.components(func(i int) bool { return alive[i] }, usable) {
		s := newSystem(g, members)
		if s.endsSurely(q, certain) {
			continue
		}
		if len(members) <= maxDense {
			s.newton(q)
		} else {
			s.sweep(q)
		}
	}
	return q
}

// endsSurely says whether the members end with probability 1, and marks them.
// Where all that they lead to is certain to end, so are they just if the spectral
// radius of the mean number of children is at most 1 (Etessami and Yannakakis
// 2009, section 8).
func (s *system) endsSurely(q []float64, certain []bool) bool {
	const rounding = 1e-12
	s.mark(q, certain, 1)
	for _, i := range s.members {
		for _, r := range s.g.rules[i] {
			if r.probability > 0 && !r.all(certain) {
				s.mark(q, certain, 0)
				return false
			}
		}
	}
	if _, high := spectralRadius(s.jacobian(q), len(s.members)); high > 1+rounding {
		s.mark(q, certain, 0)
		return false
	}
	return true
}

func (s *system) mark(q []float64, certain []bool, value float64) {
	for _, i := range s.members {
		q[i], certain[i] = value, value == 1
	}
}

// newton solves the component's equations from 0, where all below is solved.
func (s *system) newton(q []float64) {
	const steps = 200
	residual := make([]float64, len(s.members))
	for range steps {
		for row, i := range s.members {
			residual[row] = s.value(row, q) - q[i]
		}
		if !s.advance(q, solve(s.jacobian(q), residual)) {
			return
		}
	}
}

// sweep solves larger components by substitution, one non-terminal after the
// other, which is slow only for grammars close to ending surely.
func (s *system) sweep(q []float64) {
	const sweeps = 2000
	for range sweeps {
		moved := false
		for row, i := range s.members {
			moved = raise(&q[i], s.value(row, q)-q[i]) || moved
		}
		if !moved {
			return
		}
	}
}

// advance adds a step from below and says whether it was more than rounding.
func (s *system) advance(q, step []float64) (moved bool) {
	for row, d := range step {
		moved = raise(&q[s.members[row]], d) || moved
	}
	return moved
}

// raise adds d to q where it is more than rounding.
func raise(q *float64, d float64) bool {
	const rounding = 1e-15
	if !(d > rounding**q) {
		return false
	}
	*q = min(*q+d, 1)
	return true
}

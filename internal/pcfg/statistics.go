package pcfg

// Statistics says how a grammar's derivations grow.
type Statistics struct {
	// MeanChildren is the mean over the non-terminals, the start symbol left out,
	// of the expected number of non-terminals of a right-hand side.
	MeanChildren float64
	// SpectralRadius is that of the matrix of expected children of each kind.
	// Derivations end with probability 1 just where it is at most 1, as far as
	// the start symbol reaches.
	SpectralRadius float64
	// Termination is the probability that a derivation from the start symbol ends.
	Termination float64
}

// Statistics computes the grammar's statistics.
func (g *Grammar) Statistics() Statistics {
	return Statistics{
		MeanChildren:   g.meanChildren(),
		SpectralRadius: g.spectralRadius(),
		Termination:    g.terminations()[0],
	}
}

func (g *Grammar) meanChildren() float64 {
	if len(g.rules) == 1 {
		return children(g.rules[0])
	}
	sum := 0.0
	for _, rules := range g.rules[1:] {
		sum += children(rules)
	}
	return sum / float64(len(g.rules)-1)
}

// children is the expected number of non-terminals of a right-hand side.
func children(rules []rule) float64 {
	sum, all := 0.0, total(rules)
	for _, r := range rules {
		for _, s := range r.symbols {
			if !s.isTerminal() {
				sum += r.probability
			}
		}
	}
	return sum / all
}

// spectralRadius is the largest of the components', each of which is irreducible.
func (g *Grammar) spectralRadius() (largest float64) {
	ones := make([]float64, len(g.rules))
	for i := range ones {
		ones[i] = 1
	}
	every := func(int) bool { return true }
	usable := func(r rule) bool { return r.probability > 0 }
	for _, members := range g.components(every, usable) {
		low, high := spectralRadius(newSystem(g, members).jacobian(ones), len(members))
		largest = max(largest, low+float64((high-low)/2))
	}
	return largest
}

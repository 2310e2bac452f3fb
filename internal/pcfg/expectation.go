package pcfg

import "math"

// Expectation is what a sentence of a grammar is on average.
type Expectation struct {
	// Length is the expected number of tokens of a sentence.
	Length float64
	// Entropy is that of the derivation of a sentence, in nats. It is the
	// entropy of the sentence itself where no sentence has two derivations, and
	// above it otherwise.
	Entropy float64
}

// PerToken is the derivations' entropy per token of a long stream of sentences,
// each with its separator, in nats. The entropy of the stream itself is at most
// that, and equal where a text has one derivation only.
func (e Expectation) PerToken() float64 { return e.Entropy / (e.Length + 1) }

// Expectation solves for the expected number of times that a derivation rewrites
// each non-terminal, v = s + transpose(M) v with s the start symbol's unit vector
// and M the mean number of children of each kind (Booth and Thompson, "Applying
// probability measures to abstract languages", IEEE Trans. Computers C-22, 1973).
// Then the length is the sum over the non-terminals of v times the expected
// number of terminals of their right-hand sides, and the entropy that of v times
// the entropy of their choice of one (Grenander, "Syntax-controlled
// probabilities", 1967; Chi, "Statistical properties of probabilistic
// context-free grammars", Computational Linguistics 25, 1999).
//
// There is none, and finite is false, where the spectral radius of M is 1 or
// more as far as the start symbol reaches: derivations then have infinitely many
// steps on average, even where each of them ends. Nor is there one where it is
// beyond float64, or where a huge grammar is too close to that to be solved.
func (g *Grammar) Expectation() (e Expectation, finite bool) {
	visits, finite := g.visits()
	if !finite {
		return e, false
	}
	for i, rules := range g.rules {
		if visits[i] == 0 {
			continue
		}
		tokens, entropy := ofRules(rules)
		e.Length += float64(visits[i] * tokens)
		e.Entropy += float64(visits[i] * entropy)
	}
	if sum := e.Length + e.Entropy; math.IsInf(sum, 0) || math.IsNaN(sum) {
		return Expectation{}, false
	}
	return e, true
}

// ofRules is the expected number of terminals of a right-hand side, and the
// entropy of its choice.
func ofRules(rules []rule) (tokens, entropy float64) {
	sum := total(rules)
	for _, r := range rules {
		p := r.probability / sum
		if p == 0 {
			continue
		}
		for _, s := range r.symbols {
			if s.isTerminal() {
				tokens += p
			}
		}
		entropy -= float64(p * math.Log(p))
	}
	return tokens, entropy
}

// visits is the expected number of times that a derivation from the start symbol
// rewrites each non-terminal. It solves one strongly connected component after
// the other, each before those that it leads to.
func (g *Grammar) visits() (visits []float64, finite bool) {
	reached := make([]bool, len(g.rules))
	for _, i := range g.reachable() {
		reached[i] = true
	}
	usable := func(r rule) bool { return r.probability > 0 }
	components := g.components(func(i int) bool { return reached[i] }, usable)
	visits, ones := make([]float64, len(g.rules)), make([]float64, len(g.rules))
	for i := range ones {
		ones[i] = 1
	}
	visits[0] = 1
	for n := len(components) - 1; n >= 0; n-- {
		s := newSystem(g, components[n])
		if !s.visit(visits, s.jacobian(ones)) {
			return nil, false
		}
		s.pass(visits)
	}
	return visits, true
}

// visit completes the members' visits, which hold those from outside so far. The
// terms are the mean number of children.
func (s *system) visit(visits []float64, terms []entry) (finite bool) {
	const rounding = 1e-12
	low, high := spectralRadius(terms, len(s.members))
	if low+float64((high-low)/2) > 1-rounding {
		return false
	}
	from := make([]float64, len(s.members))
	for row, i := range s.members {
		from[row] = visits[i]
	}
	for i, t := range terms {
		terms[i] = entry{t.column, t.row, t.value}
	}
	all := s.total(terms, from)
	if all == nil {
		return false
	}
	for row, i := range s.members {
		visits[i] = all[row]
	}
	return true
}

// total solves v = from + J v for a component's terms; nil where it can't.
func (s *system) total(terms []entry, from []float64) []float64 {
	if len(s.members) <= maxDense {
		return solve(terms, from)
	}
	return iterated(terms, from)
}

// iterated is total for larger components, by substitution.
func iterated(terms []entry, from []float64) []float64 {
	const sweeps, rounding = 5000, 1e-14
	v, next := make([]float64, len(from)), make([]float64, len(from))
	for range sweeps {
		copy(next, from)
		for _, t := range terms {
			next[t.row] += float64(t.value * v[t.column])
		}
		moved := false
		for i := range v {
			moved = moved || math.Abs(next[i]-v[i]) > rounding*next[i]
		}
		if v, next = next, v; !moved {
			return v
		}
	}
	return nil
}

// pass adds to the visits of others what the members' rules name.
func (s *system) pass(visits []float64) {
	for row, i := range s.members {
		for _, r := range s.g.rules[i] {
			for _, b := range r.symbols {
				if b.isTerminal() {
					continue
				}
				if _, member := s.place[b.nonterminal()]; !member {
					visits[b.nonterminal()] += float64(visits[i] * (r.probability / s.sums[row]))
				}
			}
		}
	}
}

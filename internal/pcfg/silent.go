package pcfg

// SilentError says that a non-terminal stands for no token and takes infinitely
// many steps to do so on average: no document could wait for that.
type SilentError struct{ Nonterminal string }

func (e *SilentError) Error() string {
	return e.Nonterminal + " stands for no token, and its derivations take infinitely many steps on average"
}

// checkSilence looks for such a non-terminal. The grammar's derivations end.
func (g *Grammar) checkSilence() error {
	const rounding = 1e-6
	speaks := g.speaking()
	ones := make([]float64, len(g.rules))
	for i := range ones {
		ones[i] = 1
	}
	usable := func(r rule) bool { return r.probability > 0 }
	for _, members := range g.components(func(i int) bool { return !speaks[i] }, usable) {
		low, high := spectralRadius(newSystem(g, members).jacobian(ones), len(members))
		if low+float64((high-low)/2) > 1-rounding {
			return &SilentError{g.names[members[0]]}
		}
	}
	return nil
}

// speaking says which non-terminals have a sentence with a token.
func (g *Grammar) speaking() []bool {
	speaks := make([]bool, len(g.rules))
	uses := make([][]int, len(g.rules)) // by non-terminal, those whose rules name it
	var ready []int
	for i, rules := range g.rules {
		for _, r := range rules {
			for _, s := range r.symbols {
				if r.probability == 0 {
					continue
				}
				if !s.isTerminal() {
					uses[s.nonterminal()] = append(uses[s.nonterminal()], i)
				} else if !speaks[i] {
					speaks[i] = true
					ready = append(ready, i)
				}
			}
		}
	}
	for len(ready) > 0 {
		last := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		for _, i := range uses[last] {
			if !speaks[i] {
				speaks[i] = true
				ready = append(ready, i)
			}
		}
	}
	return speaks
}

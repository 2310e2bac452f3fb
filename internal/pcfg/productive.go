package pcfg

// productive says which non-terminals have a derivation that ends, in time
// linear in the grammar's size.
func (g *Grammar) productive() []bool {
	w := worklist{alive: make([]bool, len(g.rules)), uses: make([][]*waiting, len(g.rules))}
	for i, rules := range g.rules {
		for _, r := range rules {
			if r.probability > 0 {
				w.add(i, r)
			}
		}
	}
	for len(w.ready) > 0 {
		i := w.ready[len(w.ready)-1]
		w.ready = w.ready[:len(w.ready)-1]
		for _, use := range w.uses[i] {
			if use.missing--; use.missing == 0 {
				w.revive(use.nonterminal)
			}
		}
	}
	return w.alive
}

// waiting is a rule with the number of its symbols not known to end yet.
type waiting struct{ nonterminal, missing int }

type worklist struct {
	alive []bool
	uses  [][]*waiting // by non-terminal, one for each place where a rule names it
	ready []int        // alive, with their uses not yet told
}

func (w *worklist) add(i int, r rule) {
	use := &waiting{nonterminal: i}
	for _, s := range r.symbols {
		if !s.isTerminal() {
			use.missing++
			w.uses[s.nonterminal()] = append(w.uses[s.nonterminal()], use)
		}
	}
	if use.missing == 0 {
		w.revive(i)
	}
}

func (w *worklist) revive(i int) {
	if !w.alive[i] {
		w.alive[i] = true
		w.ready = append(w.ready, i)
	}
}

// all says whether every non-terminal of a right-hand side has a mark.
func (r rule) all(marked []bool) bool {
	for _, s := range r.symbols {
		if !s.isTerminal() && !marked[s.nonterminal()] {
			return false
		}
	}
	return true
}

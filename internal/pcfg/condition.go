package pcfg

import (
	"fmt"
	"slices"
	"strings"
)

// NonTerminatingError says that no derivation from the start symbol ends.
type NonTerminatingError struct {
	// Blame is the non-terminals whose rules all lead back to themselves: in the
	// order of the grammar, as many as the start symbol reaches.
	Blame []string
}

func (e *NonTerminatingError) Error() string {
	const most = 10
	names := strings.Join(e.Blame[:min(most, len(e.Blame))], ", ")
	if len(e.Blame) > most {
		names += fmt.Sprintf(" and %d more", len(e.Blame)-most)
	}
	return "no derivation from the start symbol ends: every rule leads back to " + names
}

// Conditioned returns the grammar of the derivations that end: its sentences
// have the probabilities that the grammar's have, given that the derivation
// ends, and its own derivations always end. With q(X) the probability that a
// derivation from X ends, and 1 for terminals,
//
//	p'(A -> x) = p(A -> x) * product over the symbols X of x of q(X) / q(A)
//
// Rules that are left with no probability are dropped, and non-terminals that
// are then out of reach. The error is a *NonTerminatingError.
func (g *Grammar) Conditioned() (*Grammar, error) {
	q := g.terminations()
	if q[0] == 0 {
		return nil, &NonTerminatingError{Blame: g.blame(q)}
	}
	c := &Grammar{names: g.names, rules: make([][]rule, len(g.rules)), words: g.words}
	for i, rules := range g.rules {
		c.rules[i] = conditionedRules(rules, q)
	}
	c.reorder(c.reachable())
	return c, nil
}

func conditionedRules(rules []rule, q []float64) (kept []rule) {
	sum := 0.0
	for _, r := range rules {
		if weight := float64(r.probability * r.ending(q)); weight > 0 { // rounded before it is summed, on every processor
			kept = append(kept, rule{weight, slices.Clone(r.symbols)})
			sum += weight
		}
	}
	for i := range kept {
		kept[i].probability /= sum
	}
	return kept
}

// reachable lists the non-terminals that the start symbol leads to, itself
// included, in ascending order.
func (g *Grammar) reachable() (order []int) {
	seen := make([]bool, len(g.rules))
	seen[0], order = true, []int{0}
	for next := 0; next < len(order); next++ {
		for _, r := range g.rules[order[next]] {
			for _, s := range r.symbols {
				if !s.isTerminal() && r.probability > 0 && !seen[s.nonterminal()] {
					seen[s.nonterminal()] = true
					order = append(order, s.nonterminal())
				}
			}
		}
	}
	slices.Sort(order)
	return order
}

// blame names the reachable non-terminals without an end that lead to no other
// group of such: each group is a strongly connected component among them.
func (g *Grammar) blame(q []float64) (names []string) {
	dead := make([]bool, len(g.rules))
	for _, i := range g.reachable() {
		dead[i] = q[i] == 0
	}
	usable := func(r rule) bool { return r.probability > 0 }
	group := make([]int, len(g.rules))
	guilty := []bool{}
	for n, members := range g.components(func(i int) bool { return dead[i] }, usable) {
		for _, i := range members {
			group[i] = n
		}
		guilty = append(guilty, !g.leadsOut(members, group, dead))
	}
	for i := range g.rules {
		if dead[i] && guilty[group[i]] {
			names = append(names, g.names[i])
		}
	}
	return names
}

// leadsOut says whether a component's rules name a dead non-terminal of another.
func (g *Grammar) leadsOut(members, group []int, dead []bool) bool {
	for _, i := range members {
		for _, r := range g.rules[i] {
			for _, s := range r.symbols {
				if !s.isTerminal() && r.probability > 0 && dead[s.nonterminal()] && group[s.nonterminal()] != group[i] {
					return true
				}
			}
		}
	}
	return false
}

// ReachableTerminals returns the token ids that sentences hold, in ascending
// order: those of derivations that end and have a probability. It is nil where
// no derivation ends.
func (g *Grammar) ReachableTerminals() []int32 {
	c, err := g.Conditioned()
	if err != nil {
		return nil
	}
	return c.terminals()
}

// terminals lists the token ids of the rules, in ascending order.
func (g *Grammar) terminals() (ids []int32) {
	seen := map[symbol]bool{}
	for _, rules := range g.rules {
		for _, r := range rules {
			for _, s := range r.symbols {
				if s.isTerminal() && !seen[s] {
					seen[s] = true
					ids = append(ids, int32(s))
				}
			}
		}
	}
	slices.Sort(ids)
	return ids
}

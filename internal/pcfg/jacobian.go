package pcfg

// system is the equations of one strongly connected component in the
// probabilities q that a derivation from each non-terminal ends:
//
//	q[A] = sum over rules A -> x of p(A -> x) * product over non-terminals B of x of q[B]
//
// Explicit conversions keep products from being fused into sums, which differs
// between processors.
type system struct {
	g       *Grammar
	members []int
	place   map[int]int // of a non-terminal among the members
	sums    []float64   // of the members' probabilities, which divide them
}

func newSystem(g *Grammar, members []int) *system {
	s := &system{g: g, members: members, place: map[int]int{}, sums: make([]float64, len(members))}
	for row, i := range members {
		s.place[i], s.sums[row] = row, total(g.rules[i])
	}
	return s
}

// value is the right-hand side of a member's equation at q.
func (s *system) value(row int, q []float64) (sum float64) {
	for _, r := range s.g.rules[s.members[row]] {
		sum += float64(r.probability / s.sums[row] * r.ending(q))
	}
	return sum
}

// ending is the probability that all non-terminals of a right-hand side end.
func (r rule) ending(q []float64) float64 {
	product := 1.0
	for _, s := range r.symbols {
		if !s.isTerminal() {
			product *= q[s.nonterminal()]
		}
	}
	return product
}

// entry is one term of the Jacobian matrix, whose rows and columns are members;
// terms of one place add up.
type entry struct {
	row, column int
	value       float64
}

// jacobian is the matrix of derivatives of value at q. At q = 1 it is the mean
// number of children of each kind.
func (s *system) jacobian(q []float64) (terms []entry) {
	for row, i := range s.members {
		for _, r := range s.g.rules[i] {
			terms = s.appendTerms(terms, row, r, q)
		}
	}
	return terms
}

func (s *system) appendTerms(terms []entry, row int, r rule, q []float64) []entry {
	after := r.endingsAfter(q)
	before := r.probability / s.sums[row]
	for at, b := range r.symbols {
		if b.isTerminal() {
			continue
		}
		i := b.nonterminal()
		column, member := s.place[i]
		if value := before * after[at]; member && value > 0 {
			terms = append(terms, entry{row, column, value})
		}
		before *= q[i]
	}
	return terms
}

// endingsAfter is, for each symbol, the probability that all after it end.
func (r rule) endingsAfter(q []float64) []float64 {
	after, product := make([]float64, len(r.symbols)), 1.0
	for at := len(after) - 1; at >= 0; at-- {
		after[at] = product
		if b := r.symbols[at]; !b.isTerminal() {
			product *= q[b.nonterminal()]
		}
	}
	return after
}

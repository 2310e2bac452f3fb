package pcfg

// components returns the strongly connected components of the graph that leads
// from a non-terminal to those that its rules name (Tarjan's algorithm), each
// after all that it leads to. Only the nodes and rules that are let in count.
func (g *Grammar) components(node func(i int) bool, usable func(r rule) bool) [][]int {
	t := tarjan{g: g, node: node, usable: usable, number: make([]int, len(g.rules)), low: make([]int, len(g.rules))}
	for i := range g.rules {
		if t.number[i] == 0 && node(i) {
			t.visit(i)
		}
	}
	return t.found
}

type tarjan struct {
	g           *Grammar
	node        func(int) bool
	usable      func(rule) bool
	number, low []int // by non-terminal, from 1; 0 is not visited, done is in a component
	visited     int
	stack       []int
	path        []position
	found       [][]int
}

// position is where the visit of a non-terminal has got to.
type position struct{ nonterminal, rule, symbol int }

const done = int(^uint(0) >> 1)

// visit keeps its own stack, since a chain of non-terminals may be long.
func (t *tarjan) visit(root int) {
	t.enter(root)
	for len(t.path) > 0 {
		if next, found := t.step(&t.path[len(t.path)-1]); found {
			t.enter(next)
		} else {
			t.leave()
		}
	}
}

func (t *tarjan) enter(i int) {
	t.visited++
	t.number[i], t.low[i] = t.visited, t.visited
	t.stack = append(t.stack, i)
	t.path = append(t.path, position{nonterminal: i})
}

// step goes on to the next non-terminal that isn't visited yet.
func (t *tarjan) step(at *position) (next int, found bool) {
	rules := t.g.rules[at.nonterminal]
	for ; at.rule < len(rules); at.rule, at.symbol = at.rule+1, 0 {
		if !t.usable(rules[at.rule]) {
			continue
		}
		for at.symbol < len(rules[at.rule].symbols) {
			s := rules[at.rule].symbols[at.symbol]
			at.symbol++
			if s.isTerminal() || !t.node(s.nonterminal()) {
				continue
			}
			if t.number[s.nonterminal()] == 0 {
				return s.nonterminal(), true
			}
			if t.number[s.nonterminal()] != done {
				t.low[at.nonterminal] = min(t.low[at.nonterminal], t.number[s.nonterminal()])
			}
		}
	}
	return 0, false
}

// leave ends the visit of the last non-terminal on the path, and takes its
// component off the stack if it is the component's first.
func (t *tarjan) leave() {
	i := t.path[len(t.path)-1].nonterminal
	t.path = t.path[:len(t.path)-1]
	if len(t.path) > 0 {
		parent := t.path[len(t.path)-1].nonterminal
		t.low[parent] = min(t.low[parent], t.low[i])
	}
	if t.low[i] != t.number[i] {
		return
	}
	var component []int
	for last := -1; last != i; {
		last = t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.number[last] = done
		component = append(component, last)
	}
	t.found = append(t.found, component)
}

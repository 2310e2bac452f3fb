// Package pcfg makes tokens from probabilistic context-free grammars: it draws
// random grammars of a class as the paper's code does, reads and writes them in
// NLTK's syntax, says whether and how surely their derivations end, and samples
// documents from the distribution of derivations that do end.
//
// It keeps no files and pads no documents, and it knows nothing of studies.
package pcfg

import "slices"

// Grammar is a probabilistic context-free grammar whose terminals are token
// ids, or words with token ids from 1 on. It is not changed once made, so
// goroutines may share it.
type Grammar struct {
	names []string // of the non-terminals; the start symbol is non-terminal 0
	rules [][]rule // by non-terminal, in the order in which they were written
	words []string // in byte order, token id i+1 is words[i]; nil where terminals are token ids
}

// rule is one right-hand side with its probability. The probabilities of one
// non-terminal are weights: every use divides them by their sum, which is 1 but
// for rounding.
type rule struct {
	probability float64
	symbols     []symbol
}

// symbol is a terminal's token id, or the complement ^i of non-terminal i.
type symbol int32

func (s symbol) isTerminal() bool    { return s >= 0 }
func (s symbol) nonterminal() int    { return int(^s) }
func nonterminalSymbol(i int) symbol { return ^symbol(i) }

// Words returns the words of the grammar's terminals in byte order: token id
// i+1 is word i, and token 0 only ever separates sentences. It is nil where the
// terminals are token ids.
func (g *Grammar) Words() []string { return slices.Clone(g.words) }

// Nonterminals returns the names of the non-terminals, the start symbol first.
func (g *Grammar) Nonterminals() []string { return slices.Clone(g.names) }

// total is the sum that the probabilities of a non-terminal are divided by.
func total(rules []rule) (sum float64) {
	for _, r := range rules {
		sum += r.probability
	}
	return sum
}

// reorder keeps the non-terminals in order, which holds all that their rules
// name, and numbers them anew. The rules are g's own from then on.
func (g *Grammar) reorder(order []int) {
	names, rules := make([]string, len(order)), make([][]rule, len(order))
	number := make([]int, len(g.names))
	for i, old := range order {
		names[i], rules[i], number[old] = g.names[old], g.rules[old], i
	}
	for _, alternatives := range rules {
		for _, r := range alternatives {
			for i, s := range r.symbols {
				if !s.isTerminal() {
					r.symbols[i] = nonterminalSymbol(number[s.nonterminal()])
				}
			}
		}
	}
	g.names, g.rules = names, rules
}

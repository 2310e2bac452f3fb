package pcfg

import (
	"fmt"
	"math"
	"strconv"

	"github.com/ziplaw/ziplaw/internal/random"
)

// Class is a family of random grammars (the paper, section 3.1; create_random_pcfg
// in the reference code).
type Class struct {
	Nonterminals int // beside the start symbol
	Terminals    int // token ids 0..Terminals-1
	Options      int // right-hand sides of a non-terminal, at most
	Length       int // symbols of a right-hand side, at most
}

// Bounds of a class: the paper's largest grammar has 200 non-terminals and at
// most 300,000 symbols.
const (
	maxNonterminals = 1_000_000
	maxSymbols      = 100_000_000
)

// maxWeight bounds the integer weights of a non-terminal's right-hand sides
// (generate_probs in the reference code).
const maxWeight = 100

// Forms of the rules of a random grammar.
const (
	// ContextFree rules are 1 to Length symbols, each uniform over terminals and
	// non-terminals.
	ContextFree = ""
	// Reference is the reference code's constrain_to_pfsa: every right-hand side
	// is one symbol, so that every sentence is one token.
	Reference = "reference"
	// RightLinear keeps the random lengths and allows a non-terminal at the last
	// place only, where the symbol is drawn as ContextFree draws it; the symbols
	// before it are uniform over the terminals. Such a grammar is a probabilistic
	// finite-state automaton.
	RightLinear = "right-linear"
)

// Random draws a grammar of a class, by its rules' form. Every non-terminal has
// uniform{1..Options} right-hand sides, weighted by uniform integers {1..100};
// the start symbol rewrites to each non-terminal with equal probability.
//
// It fails where the class is empty or too large, or the form is unknown. A
// grammar drawn may have no sentence: Conditioned says so.
func Random(c Class, seed uint64, pfsa string) (*Grammar, error) {
	if err := c.check(pfsa); err != nil {
		return nil, fmt.Errorf("random grammar: %w", err)
	}
	g := &Grammar{names: []string{"S"}, rules: [][]rule{make([]rule, c.Nonterminals)}}
	for i := range c.Nonterminals {
		g.names = append(g.names, "N"+strconv.Itoa(i))
		g.rules[0][i] = rule{1 / float64(c.Nonterminals), []symbol{nonterminalSymbol(i + 1)}}
	}
	key := random.NewKey(seed, "grammar")
	for i := range c.Nonterminals {
		draw := drawer{c, pfsa, key.At(uint64(i))}
		g.rules = append(g.rules, draw.rules())
	}
	return g, nil
}

func (c Class) check(pfsa string) error {
	for _, field := range []struct {
		name  string
		value int
	}{
		{"non-terminals", c.Nonterminals}, {"terminals", c.Terminals},
		{"options", c.Options}, {"length", c.Length},
	} {
		if field.value < 1 {
			return fmt.Errorf("%d %s: there must be at least one", field.value, field.name)
		}
	}
	symbols := float64(c.Nonterminals) * float64(c.Options) * float64(c.Length)
	switch {
	case c.Nonterminals > maxNonterminals:
		return fmt.Errorf("%d non-terminals: at most %d are possible", c.Nonterminals, maxNonterminals)
	case c.Terminals > math.MaxInt32-maxNonterminals:
		return fmt.Errorf("%d terminals: at most %d are possible", c.Terminals, math.MaxInt32-maxNonterminals)
	case symbols > maxSymbols:
		return fmt.Errorf("up to %.3g symbols: at most %d are possible", symbols, maxSymbols)
	case pfsa != ContextFree && pfsa != Reference && pfsa != RightLinear:
		return fmt.Errorf("pfsa %q: it is %q, %q or absent", pfsa, Reference, RightLinear)
	}
	return nil
}

// drawer draws the rules of one non-terminal from a stream of its own.
type drawer struct {
	Class
	pfsa   string
	stream random.Stream
}

func (d *drawer) rules() []rule {
	rules, sum := make([]rule, d.upTo(d.Options)), 0
	weights := make([]int, len(rules))
	for i := range weights {
		weights[i] = d.upTo(maxWeight)
		sum += weights[i]
	}
	for i := range rules {
		rules[i] = rule{float64(weights[i]) / float64(sum), d.symbols()}
	}
	return rules
}

func (d *drawer) symbols() []symbol {
	length := 1
	if d.pfsa != Reference {
		length = d.upTo(d.Length)
	}
	symbols := make([]symbol, length)
	for i := range symbols {
		if d.pfsa == RightLinear && i < length-1 {
			symbols[i] = symbol(d.stream.Bounded(uint64(d.Terminals)))
		} else {
			symbols[i] = d.symbol()
		}
	}
	return symbols
}

// symbol is uniform over all symbols but the start symbol.
func (d *drawer) symbol() symbol {
	x := int(d.stream.Bounded(uint64(d.Nonterminals + d.Terminals)))
	if x < d.Nonterminals {
		return nonterminalSymbol(x + 1)
	}
	return symbol(x - d.Nonterminals)
}

// upTo is uniform over 1..n.
func (d *drawer) upTo(n int) int { return 1 + int(d.stream.Bounded(uint64(n))) }

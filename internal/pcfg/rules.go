package pcfg

// Rule is one right-hand side of a non-terminal.
type Rule struct {
	Left        string
	Right       []Symbol
	Probability float64
}

// Symbol is a non-terminal by its name, or a terminal where the name is empty.
type Symbol struct {
	Nonterminal string
	Token       int32
}

// Rules lists the rules in the order of the grammar's text.
func (g *Grammar) Rules() (all []Rule) {
	for i, rules := range g.rules {
		for _, r := range rules {
			all = append(all, Rule{g.names[i], g.namedSymbols(r.symbols), r.probability})
		}
	}
	return all
}

func (g *Grammar) namedSymbols(symbols []symbol) []Symbol {
	named := make([]Symbol, len(symbols))
	for i, s := range symbols {
		if s.isTerminal() {
			named[i].Token = int32(s)
		} else {
			named[i].Nonterminal = g.names[s.nonterminal()]
		}
	}
	return named
}

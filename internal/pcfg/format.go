package pcfg

import (
	"strconv"
	"strings"
)

// String writes the grammar in NLTK's PCFG syntax, one line for each
// non-terminal, the start symbol first. Probabilities have as many digits as
// their float64 needs to be read back, and no exponent, which NLTK doesn't read.
// Words are in single quotes, those that hold one in double quotes. Parse gives
// back an equal grammar.
func (g *Grammar) String() string {
	var text []byte
	for i, rules := range g.rules {
		text = append(append(text, g.names[i]...), " -> "...)
		for j, r := range rules {
			if j > 0 {
				text = append(text, " | "...)
			}
			text = g.appendRule(text, r)
		}
		text = append(text, '\n')
	}
	return string(text)
}

func (g *Grammar) appendRule(text []byte, r rule) []byte {
	for _, s := range r.symbols {
		if s.isTerminal() {
			text = append(g.appendTerminal(text, s), ' ')
		} else {
			text = append(append(text, g.names[s.nonterminal()]...), ' ')
		}
	}
	text = append(text, '[')
	text = strconv.AppendFloat(text, r.probability, 'f', -1, 64)
	return append(text, ']')
}

// appendTerminal quotes a terminal as NLTK reads it, which knows no escapes: no
// word holds quotes of both kinds.
func (g *Grammar) appendTerminal(text []byte, s symbol) []byte {
	if g.words == nil {
		return append(strconv.AppendInt(append(text, '\''), int64(s), 10), '\'')
	}
	word, quote := g.words[s-1], byte('\'')
	if strings.IndexByte(word, quote) >= 0 {
		quote = '"'
	}
	return append(append(append(text, quote), word...), quote)
}

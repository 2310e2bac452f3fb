package pcfg

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// sumTolerance is how far from 1 the probabilities of a non-terminal may sum:
// NLTK's own tolerance (PCFG.EPSILON).
const sumTolerance = 0.01

// Parse reads a grammar in NLTK's PCFG syntax:
//
//	S -> N0 [0.5] | N1 [0.5]
//	N0 -> N1 '17' [0.25] | '3' [0.75]
//	N1 -> '4' [1]
//
// Terminals are quoted decimal token ids, or words: one that is no integer makes
// words of all. Words have the token ids from 1 on, in byte order. Quotes are
// single or double, and there are no escapes, so that no word holds both.
//
// The left-hand side of the first line is the start symbol, unless a line
// "%start NAME" names another. A backslash at its end continues a line; empty
// lines and lines that begin with # are skipped. A right-hand side may be empty.
// Errors name the line.
func Parse(text string) (*Grammar, error) {
	p := parser{grammar: &Grammar{}, index: map[string]int{}, terminals: terminals{index: map[string]int{}}}
	for _, line := range logicalLines(text) {
		p.at = line.number
		if err := p.line(line.text); err != nil {
			return nil, &ParseError{line.number, err.Error()}
		}
	}
	if err := p.finish(); err != nil {
		return nil, err
	}
	return p.grammar, nil
}

// ParseError says what is wrong with a grammar's text, and where.
type ParseError struct {
	Line    int // from 1; 0 where the whole text is meant
	Message string
}

func (e *ParseError) Error() string {
	if e.Line == 0 {
		return "grammar: " + e.Message
	}
	return fmt.Sprintf("grammar, line %d: %s", e.Line, e.Message)
}

type numberedLine struct {
	number int
	text   string
}

// logicalLines joins continued lines and leaves out empty lines and comments.
func logicalLines(text string) (lines []numberedLine) {
	begun := numberedLine{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if begun.number == 0 {
			begun.number = i + 1
		}
		comment := begun.text == "" && strings.HasPrefix(line, "#")
		if before, continued := strings.CutSuffix(line, `\`); continued && !comment {
			begun.text += before + " "
			continue
		}
		begun.text = strings.TrimSpace(begun.text + line)
		lines = append(lines, begun)
		begun = numberedLine{}
	}
	begun.text = strings.TrimSpace(begun.text)
	lines = append(lines, begun) // what a last line that asks to be continued leaves
	return slices.DeleteFunc(lines, func(l numberedLine) bool { return l.text == "" || l.text[0] == '#' })
}

// parser numbers non-terminals as they appear; those that only right-hand sides
// have named so far have no rules.
type parser struct {
	grammar *Grammar
	index   map[string]int
	order   []int // of the left-hand sides
	start   string
	at      int   // the line that is read
	named   []int // by non-terminal, the line of its first rule, or else the first that names it
	started int   // the line of the start symbol

	terminals terminals
}

func (p *parser) line(text string) error {
	if text[0] == '%' {
		name, found := strings.CutPrefix(text, "%start")
		p.start, p.started = strings.TrimSpace(name), p.at
		if !found || !isName(p.start) {
			return fmt.Errorf("directive %q: it is %%start and a non-terminal", excerpt(text))
		}
		return nil
	}
	s := scanner{rest: text}
	name, err := s.name()
	if err != nil {
		return err
	}
	if !s.accept("->") {
		return fmt.Errorf("%s is not followed by ->", name)
	}
	if p.start == "" {
		p.start = name
	}
	i := p.nonterminal(name)
	if len(p.grammar.rules[i]) == 0 {
		p.order = append(p.order, i)
		p.named[i] = p.at
	}
	return p.alternatives(i, &s)
}

func (p *parser) alternatives(i int, s *scanner) error {
	for {
		r, err := p.rule(s)
		if err != nil {
			return err
		}
		p.grammar.rules[i] = append(p.grammar.rules[i], r)
		if s.rest == "" {
			return nil
		}
		if !s.accept("|") {
			return fmt.Errorf("%q after a probability: | or the end of the line is expected", excerpt(s.rest))
		}
	}
}

// rule reads one right-hand side up to its probability.
func (p *parser) rule(s *scanner) (r rule, err error) {
	for {
		switch {
		case s.at('['):
			r.probability, err = s.probability()
			return r, err
		case s.at('\''), s.at('"'):
			text, err := s.terminal()
			if err != nil {
				return r, err
			}
			r.symbols = append(r.symbols, symbol(p.terminals.number(text, p.at)))
		case s.rest == "" || s.at('|'):
			return r, fmt.Errorf("a right-hand side has no probability, as in [0.5]")
		default:
			name, err := s.name()
			if err != nil {
				return r, err
			}
			r.symbols = append(r.symbols, nonterminalSymbol(p.nonterminal(name)))
		}
	}
}

func (p *parser) nonterminal(name string) int {
	i, known := p.index[name]
	if !known {
		i = len(p.grammar.names)
		p.index[name] = i
		p.grammar.names = append(p.grammar.names, name)
		p.grammar.rules = append(p.grammar.rules, nil)
		p.named = append(p.named, p.at)
	}
	return i
}

// finish checks the whole and puts the start symbol first.
func (p *parser) finish() error {
	g := p.grammar
	if p.start == "" {
		return &ParseError{0, "there is no rule, and so no start symbol; a rule is S -> '1' [1]"}
	}
	start, known := p.index[p.start]
	if !known {
		return &ParseError{p.started, fmt.Sprintf("start symbol %q has no rule", p.start)}
	}
	for i, rules := range g.rules {
		if len(rules) == 0 {
			return &ParseError{p.named[i], fmt.Sprintf("non-terminal %s has no rule", g.names[i])}
		}
		if sum := total(rules); math.Abs(sum-1) > sumTolerance {
			return &ParseError{p.named[i], fmt.Sprintf("the probabilities of %s sum to %v, not 1", g.names[i], sum)}
		}
	}
	if err := p.settleTerminals(); err != nil {
		return err
	}
	p.order = slices.DeleteFunc(p.order, func(i int) bool { return i == start })
	g.reorder(slices.Insert(p.order, 0, start))
	return nil
}

// settleTerminals puts token ids in the place of the terminals' numbers.
func (p *parser) settleTerminals() error {
	tokens, err := p.terminals.tokens()
	if err != nil {
		return err
	}
	p.grammar.words = p.terminals.words
	for _, rules := range p.grammar.rules {
		for _, r := range rules {
			for i, s := range r.symbols {
				if s.isTerminal() {
					r.symbols[i] = tokens[s]
				}
			}
		}
	}
	return nil
}

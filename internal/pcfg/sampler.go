package pcfg

import (
	"fmt"
	"slices"

	"github.com/ziplaw/ziplaw/internal/random"
)

// Purposes of documents. Each has documents of its own: none of one purpose is
// drawn from the random numbers of another.
const (
	Train   = "train"
	HeldOut = "held-out"
)

// What token 0, which separates sentences, is beside that.
const (
	// SharedSeparator lets 0 be a terminal as well, as in the reference code.
	SharedSeparator = "shared"
	// ReservedSeparator makes terminal i the token i+1, so that 0 is only ever
	// the separator, as the paper describes it (section 3.1). Of a grammar of
	// words 0 is only the separator with both.
	ReservedSeparator = "reserved"
)

// SamplerOptions says how a grammar's sentences become documents.
type SamplerOptions struct {
	Seed      uint64 // sampling seed; never mixed with the grammar's
	Context   int    // tokens of a document, at most; at least 2
	Separator string // SharedSeparator or ReservedSeparator
}

// Sampler draws documents from a grammar. It is not changed once made, so
// goroutines may share it.
//
// It is the conditioned grammar, compiled: spans of one list of symbols, and an
// alias table for each non-terminal.
type Sampler struct {
	context        int
	train, heldOut random.Key
	seed           uint64
	vocabulary     []int32
	symbols        []symbol
	choices        []choice // by non-terminal; 0 is the start symbol
}

// span is the place of a right-hand side in the symbols.
type span struct{ from, to int32 }

// choice is the columns of a non-terminal's alias table.
type choice struct{ columns []column }

// NewSampler compiles a grammar. It fails with a *NonTerminatingError where the
// grammar has no sentence, and with a *SilentError where documents would wait
// for one that has no token.
func NewSampler(g *Grammar, o SamplerOptions) (*Sampler, error) {
	if o.Context < 2 {
		return nil, fmt.Errorf("context of %d tokens: it is at least 2", o.Context)
	}
	if o.Separator != SharedSeparator && o.Separator != ReservedSeparator {
		return nil, fmt.Errorf("separator %q: it is %s or %s", o.Separator, SharedSeparator, ReservedSeparator)
	}
	c, err := g.Conditioned()
	if err != nil {
		return nil, err
	}
	if err := c.checkSilence(); err != nil {
		return nil, err
	}
	s := &Sampler{
		context: o.Context, seed: o.Seed,
		train: documentKey(o.Seed, Train), heldOut: documentKey(o.Seed, HeldOut),
	}
	s.compile(c, o.Separator == ReservedSeparator && c.words == nil)
	return s, nil
}

func documentKey(seed uint64, purpose string) random.Key {
	return random.NewKey(seed, "document/"+purpose)
}

func (s *Sampler) compile(c *Grammar, shift bool) {
	for _, rules := range c.rules {
		weights, spans := make([]float64, len(rules)), make([]span, len(rules))
		for i, r := range rules {
			weights[i], spans[i].from = r.probability, int32(len(s.symbols))
			s.symbols = append(s.symbols, tokens(r.symbols, shift)...)
			spans[i].to = int32(len(s.symbols))
		}
		s.choices = append(s.choices, choice{aliasTable(weights, spans)})
	}
	s.vocabulary = []int32{0}
	for _, id := range c.terminals() {
		if shift {
			id++
		}
		s.vocabulary = append(s.vocabulary, id)
	}
	s.vocabulary = slices.Compact(s.vocabulary)
}

// tokens are the symbols with terminals shifted by one where 0 is reserved.
func tokens(symbols []symbol, shift bool) []symbol {
	shifted := slices.Clone(symbols)
	for i, t := range shifted {
		if shift && t.isTerminal() {
			shifted[i] = t + 1
		}
	}
	return shifted
}

// Vocabulary returns the token ids that documents can hold, in ascending order:
// the separator and the reachable terminals.
func (s *Sampler) Vocabulary() []int32 { return slices.Clone(s.vocabulary) }

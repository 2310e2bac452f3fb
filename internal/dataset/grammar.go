package dataset

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/corpus"
	"github.com/ziplaw/ziplaw/internal/pcfg"
)

// samplerVersion is the version of the way from a grammar and a seed to documents.
const samplerVersion = 1

// grammarSource samples documents from a grammar.
type grammarSource struct {
	sampler *pcfg.Sampler
	origin  Origin
}

func openGrammar(ctx context.Context, s ziplaw.Study, d ziplaw.DataSet, access corpus.Access) (Source, error) {
	if d.Grammar.File != "" {
		return openGrammarFile(ctx, s, d, access)
	}
	c := d.Grammar.GrammarClass
	g, err := pcfg.Random(pcfg.Class{Nonterminals: c.Nonterminals, Terminals: c.Terminals, Options: c.Options, Length: c.Length}, uint64(d.GrammarSeed), pfsa(c.PFSA))
	if err != nil {
		return nil, grammarError(s, d, err)
	}
	src, err := newGrammarSource(s, d, g)
	if err != nil {
		return nil, grammarError(s, d, err)
	}
	src.origin.Params["grammar_seed"], src.origin.Params["class"] = d.GrammarSeed, c
	return src, nil
}

func newGrammarSource(s ziplaw.Study, d ziplaw.DataSet, g *pcfg.Grammar) (*grammarSource, error) {
	separator := d.Grammar.Separator
	sampler, err := pcfg.NewSampler(g, pcfg.SamplerOptions{Seed: uint64(d.SamplingSeed), Context: s.Context, Separator: separator})
	if err != nil {
		return nil, err
	}
	if g.Words() != nil {
		separator = pcfg.ReservedSeparator // as it is of words, whatever the spec says
	}
	text, stats := g.String(), g.Statistics()
	return &grammarSource{sampler: sampler, origin: Origin{
		Kind: "grammar", Text: []byte(text), MeanChildren: stats.MeanChildren, Termination: stats.Termination,
		Params: map[string]any{
			"grammar": fmt.Sprintf("%x", sha256.Sum256([]byte(text))), "sampling_seed": d.SamplingSeed,
			"separator": separator, "sampler": samplerVersion,
		},
	}}, nil
}

// pfsa is pcfg's name for a restriction of the right-hand sides.
func pfsa(name string) string {
	if name == "none" {
		return ""
	}
	return name
}

func grammarError(s ziplaw.Study, d ziplaw.DataSet, err error) error {
	return ziplaw.BadSpec(field(s, d, "grammar"), "take another grammar seed, or fewer or shorter options",
		"the grammar of seed %d: %v", d.GrammarSeed, err)
}

func (g *grammarSource) Len() int            { return Unbounded }
func (g *grammarSource) Vocabulary() []int32 { return g.sampler.Vocabulary() }
func (g *grammarSource) Origin() Origin      { return g.origin }

func (g *grammarSource) Prepare(context.Context, int) error { return nil }

func (g *grammarSource) Train(dst []int32, i int) ([]int32, error) {
	return g.sampler.Document(dst, pcfg.Train, uint64(i)), nil
}

func (g *grammarSource) HeldOut(dst []int32, i int) ([]int32, error) {
	return g.sampler.Document(dst, pcfg.HeldOut, uint64(i)), nil
}

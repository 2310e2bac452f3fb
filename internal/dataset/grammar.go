package dataset

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/pcfg"
)

// samplerVersion is the version of the way from a grammar and a seed to documents.
const samplerVersion = 1

// grammarSource samples documents from a random grammar.
type grammarSource struct {
	sampler *pcfg.Sampler
	origin  Origin
}

func openGrammar(s ziplaw.Study, d ziplaw.DataSet) (Source, error) {
	c := d.Grammar
	g, err := pcfg.Random(pcfg.Class{Nonterminals: c.Nonterminals, Terminals: c.Terminals, Options: c.Options, Length: c.Length}, uint64(d.GrammarSeed), pfsa(c.PFSA))
	if err != nil {
		return nil, grammarError(s, d, err)
	}
	sampler, err := pcfg.NewSampler(g, pcfg.SamplerOptions{Seed: uint64(d.SamplingSeed), Context: s.Context, Separator: c.Separator})
	if err != nil {
		return nil, grammarError(s, d, err)
	}
	text, stats := g.String(), g.Statistics()
	return &grammarSource{sampler: sampler, origin: Origin{
		Kind: "grammar", Text: []byte(text), MeanChildren: stats.MeanChildren, Termination: stats.Termination,
		Params: map[string]any{
			"grammar": fmt.Sprintf("%x", sha256.Sum256([]byte(text))), "grammar_seed": d.GrammarSeed, "sampling_seed": d.SamplingSeed,
			"separator": c.Separator, "class": c, "sampler": samplerVersion,
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

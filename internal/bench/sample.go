package bench

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/ziplaw/ziplaw/internal/pcfg"
)

//go:embed sample.py
var sampleText string

var sampleScript = Script{"sample.py", sampleText, "pip install nltk"}

// Grammars of the paper's middle and of its second hardest class. Their derivations all end, so that nltk's do as well.
var sampledClasses = []pcfg.Class{
	{Nonterminals: 20, Terminals: 300, Options: 10, Length: 5},
	{Nonterminals: 50, Terminals: 500, Options: 20, Length: 15},
}

const (
	sampledDocuments = 20 // of a call
	documentTokens   = 256
)

// sampleCases draw documents on one thread.
func sampleCases(_ Options, p *Python) (cases []Case) {
	for _, class := range sampledClasses {
		cases = append(cases, Case{
			Work: "sample " + className(class), Unit: "tokens/s", Amount: sampledDocuments * documentTokens, Threads: 1,
			Ours: func() (Side, error) { return sampleOurs(class) },
			Peers: []func(context.Context) (Side, error){func(ctx context.Context) (Side, error) {
				g, err := grammarOf(class)
				if err != nil {
					return nil, err
				}
				request := map[string]any{"grammar": g.String(), "documents": sampledDocuments, "context": documentTokens}
				return p.Peer(sampleScript, "", 1, 1, request)(ctx)
			}},
		})
	}
	return cases
}

func className(c pcfg.Class) string {
	return fmt.Sprintf("(%d,%d,%d,%d)", c.Nonterminals, c.Terminals, c.Options, c.Length)
}

func grammarOf(c pcfg.Class) (*pcfg.Grammar, error) { return pcfg.Random(c, 1, pcfg.ContextFree) }

func samplerOf(c pcfg.Class) (*pcfg.Sampler, error) {
	g, err := grammarOf(c)
	if err != nil {
		return nil, err
	}
	return pcfg.NewSampler(g, pcfg.SamplerOptions{Seed: 1, Context: documentTokens, Separator: pcfg.SharedSeparator})
}

func sampleOurs(c pcfg.Class) (Side, error) {
	s, err := samplerOf(c)
	if err != nil {
		return nil, err
	}
	next, document := uint64(0), []int32(nil)
	return newCalls(nil, func() error {
		for range sampledDocuments {
			document = s.Document(document[:0], pcfg.Train, next)
			next++
		}
		return nil
	}), nil
}

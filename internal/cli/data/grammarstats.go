package data

import (
	"crypto/sha256"
	"fmt"
	"io"

	"github.com/ziplaw/ziplaw/internal/pcfg"
)

// grammarJSON is what ziplaw grammar show prints.
type grammarJSON struct {
	Grammar      string `json:"grammar"` // the sha256 of its text, as in the records of studies
	Start        string `json:"start"`
	Nonterminals int    `json:"nonterminals"` // beside the start symbol
	Vocabulary   int    `json:"vocabulary"`   // token ids in documents, the separator counted
	grammarStats
	expectationJSON
	Ending *endingJSON `json:"ending"`          // null where no derivation ends
	Words  []string    `json:"words,omitempty"` // token id i+1 is word i; absent where terminals are token ids
	Rules  []ruleJSON  `json:"rules,omitempty"`
	noEnd  error
}

// grammarStats are the statistics that ziplaw sample prints as well.
type grammarStats struct {
	MeanChildren   float64 `json:"mean_children"`
	SpectralRadius float64 `json:"spectral_radius"`
	Termination    float64 `json:"termination_probability"`
}

// expectationJSON is what a sentence is on average; null where that is infinite.
type expectationJSON struct {
	Length   *float64 `json:"expected_length"`   // tokens
	Entropy  *float64 `json:"entropy"`           // nats
	PerToken *float64 `json:"entropy_per_token"` // nats, separators counted as tokens
}

// endingJSON is of the derivations that end, whose sentences documents hold.
type endingJSON struct {
	SpectralRadius float64 `json:"spectral_radius"`
	expectationJSON
}

// ruleJSON is one right-hand side: non-terminals are strings, terminals their token ids.
type ruleJSON struct {
	Left        string  `json:"left"`
	Right       []any   `json:"right"`
	Probability float64 `json:"probability"`
}

func newGrammarJSON(g *pcfg.Grammar, separator string) grammarJSON {
	names := g.Nonterminals()
	v := grammarJSON{
		Grammar: grammarDigest(g), Start: names[0], Nonterminals: len(names) - 1, Words: g.Words(),
		grammarStats: statsOf(g), expectationJSON: expectationOf(g),
	}
	ending, err := g.Conditioned()
	if err != nil {
		v.noEnd = err
		return v
	}
	v.Ending = &endingJSON{ending.Statistics().SpectralRadius, expectationOf(ending)}
	if s, err := pcfg.NewSampler(g, pcfg.SamplerOptions{Context: 2, Separator: separator}); err == nil {
		v.Vocabulary = len(s.Vocabulary())
	}
	return v
}

func grammarDigest(g *pcfg.Grammar) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(g.String())))
}

func statsOf(g *pcfg.Grammar) grammarStats {
	s := g.Statistics()
	return grammarStats{s.MeanChildren, s.SpectralRadius, s.Termination}
}

func expectationOf(g *pcfg.Grammar) expectationJSON {
	e, finite := g.Expectation()
	if !finite {
		return expectationJSON{}
	}
	perToken := e.PerToken()
	return expectationJSON{&e.Length, &e.Entropy, &perToken}
}

func rulesOf(g *pcfg.Grammar) []ruleJSON {
	var all []ruleJSON
	for _, r := range g.Rules() {
		right := make([]any, len(r.Right))
		for i, s := range r.Right {
			if right[i] = s.Token; s.Nonterminal != "" {
				right[i] = s.Nonterminal
			}
		}
		all = append(all, ruleJSON{r.Left, right, r.Probability})
	}
	return all
}

// text writes the statistics as comments of a grammar.
func (v *grammarJSON) text(w io.Writer) error {
	fmt.Fprintf(w, "# %d non-terminals beside the start symbol; %d token ids in documents\n", v.Nonterminals, v.Vocabulary)
	fmt.Fprintf(w, "# mean children            %.6g\n", v.MeanChildren)
	fmt.Fprintf(w, "# spectral radius          %.6g\n", v.SpectralRadius)
	fmt.Fprintf(w, "# termination probability  %.6g\n", v.Termination)
	v.expectationJSON.text(w)
	if v.Ending == nil {
		_, err := fmt.Fprintf(w, "# %v\n", v.noEnd)
		return err
	}
	if v.Termination == 1 {
		return nil
	}
	fmt.Fprintf(w, "# of the derivations that end:\n# spectral radius          %.6g\n", v.Ending.SpectralRadius)
	v.Ending.text(w)
	return nil
}

func (e expectationJSON) text(w io.Writer) {
	if e.Length == nil {
		fmt.Fprint(w, "# expected length          infinite\n# entropy                  infinite\n")
		return
	}
	fmt.Fprintf(w, "# expected length          %.6g tokens\n", *e.Length)
	fmt.Fprintf(w, "# entropy                  %.6g nats, %.6g per token\n", *e.Entropy, *e.PerToken)
}

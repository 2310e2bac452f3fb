package pcfg

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestExpectationInClosedForm(t *testing.T) {
	h := func(p float64) float64 { return -p*math.Log(p) - (1-p)*math.Log(1-p) }
	for _, test := range []struct {
		name, text      string
		length, entropy float64
	}{
		{"uniform", "S -> '0' [0.25] | '1' [0.25] | '2' [0.25] | '3' [0.25]", 1, math.Log(4)},
		{"certain", "S -> '0' '1' '2' [1]", 3, 0},
		{"geometric", "S -> '1' S [0.75] | '2' [0.25]", 4, 4 * h(0.25)},
		{"branching", "S -> S S [0.3] | '1' [0.7]", 0.7 / 0.4, h(0.3) / 0.4},
		{"almost critical", "S -> S S [0.49999] | '1' [0.50001]", 0.50001 / 0.00002, h(0.49999) / 0.00002},
		{"two around", "S -> A A [0.5] | '1' [0.5] \n A -> S '2' [0.25] | '3' [0.75]", 2, 4. / 3 * (math.Log(2) + h(0.25))},
		{"two components", "S -> S A [0.5] | '1' [0.5] \n A -> '2' A [0.5] | '2' [0.5]", 0.5*2 + 1*2, 2*math.Log(2) + 2*math.Log(2)},
		{"empty", "S -> [0.5] | '1' S [0.5]", 1, 2 * math.Log(2)},
		{"never chosen", "S -> '1' [1] | S S [0]", 1, 0},
		{"out of reach", "S -> '1' [1] \n A -> A A [1]", 1, 0},
		{"sums near 1", "S -> '0' [0.502] | '1' [0.502]", 1, math.Log(2)},
	} {
		e, finite := mustParse(t, test.text).Expectation()
		if !finite || !near(e.Length, test.length) || !near(e.Entropy, test.entropy) {
			t.Errorf("%s: %+v, %v; want length %v and entropy %v", test.name, e, finite, test.length, test.entropy)
		}
	}
}

func near(x, want float64) bool { return math.Abs(x-want) <= 1e-10*max(1, want) }

func TestEntropyPerTokenCountsSeparators(t *testing.T) {
	e, _ := mustParse(t, "S -> '1' [0.5] | '2' [0.5]").Expectation()
	if got := e.PerToken(); !near(got, math.Log(2)/2) {
		t.Errorf("%v nats per token, want half of ln 2", got)
	}
}

func TestNoExpectationWhereTheRadiusIsOneOrMore(t *testing.T) {
	for _, text := range []string{
		"S -> S S [0.5] | '1' [0.5]", "S -> S S [0.6] | '1' [0.4]", "S -> S '1' [1]",
		"S -> '1' [0.5] | A [0.5] \n A -> A A [0.5] | '2' [0.5]",
		"S -> A A [1] \n A -> S [0.75] | '1' [0.25]",
	} {
		if e, finite := mustParse(t, text).Expectation(); finite {
			t.Errorf("%q: %+v", text, e)
		}
	}
}

func TestNoExpectationBeyondFloat64(t *testing.T) {
	var text strings.Builder
	for i := range 1100 {
		fmt.Fprintf(&text, "A%d -> A%d A%d [1]\n", i, i+1, i+1)
	}
	text.WriteString("A1100 -> '1' [1]")
	if e, finite := mustParse(t, text.String()).Expectation(); finite {
		t.Errorf("%+v", e)
	}
}

// The sentences in documents are those of the derivations that end.
func TestExpectedLengthIsThatOfSampledSentences(t *testing.T) {
	for _, class := range []Class{{3, 20, 2, 2}, {20, 300, 10, 5}, {50, 100, 30, 15}} {
		g := mustRandom(t, class, 2)
		c, err := g.Conditioned()
		if err != nil {
			t.Fatal(err)
		}
		e, finite := c.Expectation()
		if !finite {
			t.Errorf("%v: no expectation", class)
			continue
		}
		s := newSampler(t, g, SamplerOptions{Context: 1 << 20, Separator: ReservedSeparator})
		doc := s.Document(nil, Train, 0)
		sentences := 0
		for _, token := range doc {
			if token == separator {
				sentences++
			}
		}
		mean := float64(len(doc)-sentences) / float64(sentences)
		if math.Abs(mean-e.Length) > 0.05*e.Length {
			t.Errorf("%v: %v tokens on average in %d sentences, expected %v", class, mean, sentences, e.Length)
		}
	}
}

// A ring of n has one component, which is solved by substitution where it is
// large; a chain has n components.
func TestExpectationOfLargeGrammars(t *testing.T) {
	const n = 20_000
	for name, last := range map[string]string{"ring": "A0", "chain": "'1'"} {
		var text strings.Builder
		for i := range n {
			next := fmt.Sprintf("A%d", i+1)
			if i == n-1 {
				next = last
			}
			fmt.Fprintf(&text, "A%d -> '1' %s [0.5] | '1' [0.5]\n", i, next)
		}
		if e, finite := mustParse(t, text.String()).Expectation(); !finite || !near(e.Length, 2) || !near(e.Entropy, 2*math.Log(2)) {
			t.Errorf("%s: %+v, %v", name, e, finite)
		}
	}
}

func TestSubstitutionAgreesWithElimination(t *testing.T) {
	g, err := mustRandom(t, Class{50, 100, 30, 15}, 1).Conditioned()
	if err != nil {
		t.Fatal(err)
	}
	ones := slices.Repeat([]float64{1}, len(g.rules))
	for _, members := range g.components(func(int) bool { return true }, func(rule) bool { return true }) {
		from := slices.Repeat([]float64{1}, len(members))
		terms := newSystem(g, members).jacobian(ones)
		want := solve(terms, from)
		for i, v := range iterated(terms, from) {
			if !near(v, want[i]) {
				t.Errorf("by substitution %v, by elimination %v", v, want[i])
			}
		}
	}
}

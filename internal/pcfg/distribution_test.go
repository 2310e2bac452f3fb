package pcfg

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/ziplaw/ziplaw/internal/random"
	"gonum.org/v1/gonum/stat/distuv"
)

// tangled has derivations that don't end with a good probability, unit rules,
// an ambiguous sentence, a dead non-terminal and an empty right-hand side.
const tangled = `
S -> A [0.6] | B '9' [0.3] | S S [0.1]
A -> A A [0.5] | '1' [0.3] | '2' B [0.15] | D '3' [0.05]
B -> B A [0.3] | A B [0.2] | '1' [0.4] | [0.1]
D -> D '4' [1]
`

// Sampled sentences have the probabilities of all finite derivations, found by
// enumeration, divided by the probability of ending.
func TestSentencesHaveTheirConditionalProbabilities(t *testing.T) {
	for text, longest := range map[string]int{
		"S -> S S [0.6] | '1' [0.3] | '2' [0.1]":     3,
		"S -> S S S [0.4] | S '2' [0.1] | '1' [0.5]": 5,
		tangled: 3,
	} {
		const draws = 200_000
		g := mustParse(t, text)
		exact := enumerate(g, longest)
		counts := sampleSentences(t, g, draws, longest)
		q := g.terminations()[0]
		var names []string
		for name := range exact {
			names = append(names, name)
		}
		slices.Sort(names)
		x, degrees, rest := 0.0, 0, 1.0
		for _, name := range names {
			p := exact[name] / q
			if rest -= p; p*draws < 5 {
				continue
			}
			x += chi(counts[name], p*draws)
			degrees++
		}
		x += chi(counts["longer"], rest*draws)
		if limit := (distuv.ChiSquared{K: float64(degrees)}).Quantile(0.999); x > limit {
			t.Errorf("%s: chi-squared %.1f over %d sentences, limit %.1f", text, x, degrees, limit)
		}
		if degrees < 5 {
			t.Errorf("%s: only %d sentences are compared", text, degrees)
		}
	}
}

func chi(count, expected float64) float64 { return (count - expected) * (count - expected) / expected }

// enumerate sums the probabilities of the derivations of every sentence of at
// most `longest` tokens, leftmost first. It follows each sentential form as long
// as it is not too long and has a probability that matters.
func enumerate(g *Grammar, longest int) map[string]float64 {
	const negligible = 1e-9
	sums := map[string]float64{}
	forms := map[string]form{"S": {[]symbol{nonterminalSymbol(0)}, 1}}
	for len(forms) > 0 {
		next := map[string]form{}
		for _, f := range forms {
			at := slices.IndexFunc(f.symbols, func(s symbol) bool { return !s.isTerminal() })
			if at < 0 {
				sums[fmt.Sprint(f.symbols)] += f.p
				continue
			}
			for _, r := range g.rules[f.symbols[at].nonterminal()] {
				grown := slices.Concat(f.symbols[:at], r.symbols, f.symbols[at+1:])
				p := f.p * r.probability
				if p < negligible || countTerminals(grown) > longest || len(grown) > longest+9 {
					continue
				}
				key := fmt.Sprint(grown)
				next[key] = form{grown, next[key].p + p}
			}
		}
		forms = next
	}
	return sums
}

type form struct {
	symbols []symbol
	p       float64
}

func countTerminals(symbols []symbol) (n int) {
	for _, s := range symbols {
		if s.isTerminal() {
			n++
		}
	}
	return n
}

func sampleSentences(t *testing.T, g *Grammar, draws, longest int) map[string]float64 {
	s := newSampler(t, g, SamplerOptions{Context: 256, Separator: SharedSeparator})
	d := derivation{sampler: s, stream: random.At(11, "sentences", 0), out: make([]int32, longest+1)}
	counts := map[string]float64{}
	for range draws {
		length, name := d.sentence(0), "longer"
		if length <= longest {
			name = fmt.Sprint(d.out[:length])
		}
		counts[name]++
	}
	return counts
}

// Documents of the reference code are sentences that it draws again and again
// until one ends; so do these, by plain recursion with a bound on the depth.
func TestDocumentsAgreeWithRejection(t *testing.T) {
	g := mustRandom(t, Class{10, 20, 4, 4}, 7)
	if q := g.terminations()[0]; q > 0.95 || q < 0.2 {
		t.Fatalf("the grammar ends with probability %.3f: choose one that often doesn't", q)
	}
	const draws = 40_000
	ours, theirs := make([]float64, 12), make([]float64, 12)
	d := derivation{
		sampler: newSampler(t, g, SamplerOptions{Context: 2, Separator: SharedSeparator}),
		stream:  random.At(1, "ours", 0), out: make([]int32, 4096),
	}
	reject := rejection{g: g, stream: random.At(1, "theirs", 0)}
	for range draws {
		ours[bucket(d.sentence(0))]++
		theirs[bucket(reject.sentence())]++
	}
	x := 0.0
	for i, a := range ours {
		if b := theirs[i]; a+b > 0 {
			x += (a - b) * (a - b) / (a + b)
		}
	}
	if limit := (distuv.ChiSquared{K: 11}).Quantile(0.999); x > limit {
		t.Errorf("lengths of sentences: ours %v, by rejection %v, chi-squared %.1f, limit %.1f", ours, theirs, x, limit)
	}
}

func bucket(length int) int {
	if length < 8 {
		return length
	}
	return min(8+length/16, 11)
}

type rejection struct {
	g      *Grammar
	stream random.Stream
}

func (r *rejection) sentence() int {
	for {
		if n, ends := r.derive(0, 985); ends {
			return n
		}
	}
}

func (r *rejection) derive(nonterminal, depth int) (tokens int, ends bool) {
	if depth == 0 {
		return 0, false
	}
	x, rules := r.stream.Float64(), r.g.rules[nonterminal]
	i := 0
	for ; i < len(rules)-1 && x >= rules[i].probability; i++ {
		x -= rules[i].probability
	}
	for _, s := range rules[i].symbols {
		if s.isTerminal() {
			tokens++
			continue
		}
		n, ends := r.derive(s.nonterminal(), depth-1)
		if !ends {
			return 0, false
		}
		tokens += n
	}
	return tokens, true
}

// The class's own distribution: numbers of right-hand sides, lengths and symbols
// of many grammars.
func TestRandomGrammarsAreDrawnAsTheReferenceDrawsThem(t *testing.T) {
	const grammars = 3000
	options, lengths, symbols := make([]float64, 4), make([]float64, 3), make([]float64, 10)
	for seed := range uint64(grammars) {
		for _, rules := range mustRandom(t, Class{4, 6, 4, 3}, seed).rules[1:] {
			options[len(rules)-1]++
			for _, r := range rules {
				lengths[len(r.symbols)-1]++
				for _, s := range r.symbols {
					if s.isTerminal() {
						symbols[int(s)]++
					} else {
						symbols[5+s.nonterminal()]++ // non-terminals 1..4, never the start symbol
					}
				}
			}
		}
	}
	for name, counts := range map[string][]float64{"options": options, "lengths": lengths, "symbols": symbols} {
		checkUniform(t, name, counts)
	}
}

// Weights are uniform over the integers 1 to 100: the share of the first of two
// right-hand sides has the distribution of a/(a+b), and 1 in 100 is a half.
func TestWeightsAreUniformIntegers(t *testing.T) {
	const grammars, shares = 6000, 20
	share := func(p float64) int { return min(int(p*shares), shares-1) }
	var want, got [shares]float64
	for a := 1; a <= 100; a++ {
		for b := 1; b <= 100; b++ {
			want[share(float64(a)/float64(a+b))] += 1. / 100 / 100
		}
	}
	pairs, halves := 0.0, 0.0
	for seed := range uint64(grammars) {
		for _, rules := range mustRandom(t, Class{4, 6, 2, 1}, seed).rules[1:] {
			if len(rules) != 2 {
				continue
			}
			pairs++
			got[share(rules[0].probability)]++
			if rules[0].probability == 0.5 {
				halves++
			}
		}
	}
	x := chi(halves, pairs/100)
	for i := range want {
		x += chi(got[i], want[i]*pairs)
	}
	if limit := (distuv.ChiSquared{K: shares}).Quantile(0.999); x > limit {
		t.Errorf("shares of %v pairs are %v, halves %v: chi-squared %.1f, limit %.1f", pairs, got, halves, x, limit)
	}
}

func checkUniform(t *testing.T, name string, counts []float64) {
	t.Helper()
	sum, x := 0.0, 0.0
	for _, count := range counts {
		sum += count
	}
	for _, count := range counts {
		x += chi(count, sum/float64(len(counts)))
	}
	if limit := (distuv.ChiSquared{K: float64(len(counts) - 1)}).Quantile(0.9995); x > limit {
		t.Errorf("%s %v are not uniform: chi-squared %.1f, limit %.1f", name, counts, x, limit)
	}
}

func TestFormsOfFiniteStateGrammars(t *testing.T) {
	class := Class{20, 30, 5, 6}
	for seed := range uint64(20) {
		for _, pfsa := range []string{Reference, RightLinear} {
			g, err := Random(class, seed, pfsa)
			if err != nil {
				t.Fatal(err)
			}
			for _, rules := range g.rules[1:] {
				for _, r := range rules {
					if pfsa == Reference && len(r.symbols) != 1 {
						t.Errorf("a right-hand side of the reference's form has %d symbols", len(r.symbols))
					}
					if n := len(r.symbols); countTerminals(r.symbols[:n-1]) != n-1 {
						t.Errorf("right-linear rule %v has a non-terminal before its end", r.symbols)
					}
				}
			}
		}
	}
}

func TestRandomRefusesBadClasses(t *testing.T) {
	for _, test := range []struct {
		class Class
		pfsa  string
	}{
		{Class{0, 1, 1, 1}, ""}, {Class{1, 0, 1, 1}, ""}, {Class{1, 1, 0, 1}, ""}, {Class{1, 1, 1, -1}, ""},
		{Class{1e9, 1, 1, 1}, ""}, {Class{1, 1 << 40, 1, 1}, ""}, {Class{1e5, 1, 1e4, 1e4}, ""}, {Class{1, 1, 1, 1}, "left-linear"},
	} {
		if _, err := Random(test.class, 1, test.pfsa); err == nil {
			t.Errorf("class %v, pfsa %q is accepted", test.class, test.pfsa)
		}
	}
}

func TestAliasTableGivesBackItsWeights(t *testing.T) {
	weights := []float64{0.5, 0.25, 0.125, 0.0625, 0.0625}
	var rules []span
	for i := range weights {
		rules = append(rules, span{int32(i), int32(i)})
	}
	got := make([]float64, len(weights))
	for _, c := range aliasTable(weights, rules) {
		own := float64(c.threshold) / 0x1p64
		got[c.own.from] += own / float64(len(weights))
		got[c.other.from] += (1 - own) / float64(len(weights))
	}
	for i, w := range weights {
		if d := got[i] - w; d > 1e-15 || d < -1e-15 {
			t.Errorf("weight %d is %s, want %v", i, strconv.FormatFloat(got[i], 'g', -1, 64), w)
		}
	}
}

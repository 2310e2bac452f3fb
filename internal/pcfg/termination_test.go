package pcfg

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw/internal/random"
)

func TestTerminationInClosedForm(t *testing.T) {
	for _, test := range []struct {
		name, text       string
		q, radius, tight float64
	}{
		{"always", "S -> S S [0.3] | '1' [0.7]", 1, 0.6, 0},
		{"critical", "S -> S S [0.5] | '1' [0.5]", 1, 1, 0},
		{"branching", "S -> S S [0.6] | '1' [0.4]", 2. / 3, 1.2, 1e-15}, // q = (1-p)/p
		{"hardly ever", "S -> S S [0.9999] | '1' [0.0001]", 0.0001 / 0.9999, 1.9998, 1e-18},
		{"almost critical", "S -> S S [0.500001] | '1' [0.499999]", 0.499999 / 0.500001, 1.000002, 1e-9},
		{"three", "S -> S S S [0.5] | '1' [0.5]", (math.Sqrt(5) - 1) / 2, 1.5, 1e-15},
		{"below", "S -> A A [0.5] | '1' [0.5] \n A -> A A [0.6] | '1' [0.4]", 0.5*4./9 + 0.5, 1.2, 1e-15},
		{"two around", "S -> A A [1] \n A -> S [0.75] | '1' [0.25]", 1. / 9, 1.224744871391589, 1e-15}, // q = (3q+1)^2/16
		{"dead end", "S -> A [0.5] | '1' [0.5] \n A -> A [1]", 0.5, 1, 1e-16},
		{"dead in part", "S -> A '1' [0.5] | '1' S [0.25] | '2' [0.25] \n A -> S A [1]", 1. / 3, 1, 0.5e-15},
		{"never", "S -> S '1' [1]", 0, 1, 0},
		{"no cycle", "S -> A A [1] \n A -> '1' [1]", 1, 0, 0},
		{"sums near 1", "S -> S S [0.301] | '1' [0.702]", 1, 0.602 / 1.003, 0},
	} {
		s := mustParse(t, test.text).Statistics()
		if math.Abs(s.Termination-test.q) > test.tight {
			t.Errorf("%s: ends with probability %.17g, want %.17g", test.name, s.Termination, test.q)
		}
		if test.name != "dead in part" && math.Abs(s.SpectralRadius-test.radius) > 1e-12 {
			t.Errorf("%s: spectral radius %.17g, want %.17g", test.name, s.SpectralRadius, test.radius)
		}
	}
}

// Ending with certainty and a spectral radius of at most 1 are the same where no
// non-terminal is dead, and the solution is a fixed point that plain iteration
// from 0 comes to from below.
func TestTerminationOfRandomGrammars(t *testing.T) {
	sure, unsure := 0, 0
	for _, class := range []Class{{3, 20, 2, 2}, {10, 20, 4, 4}, {30, 60, 6, 6}, {50, 100, 30, 15}} {
		for seed := range uint64(30) {
			g := mustRandom(t, class, seed)
			q := g.terminations()
			for i, low := range iterate(g, 2000) {
				if low > q[i]+1e-12 || q[i] > low+1e-5 {
					t.Errorf("%v seed %d: %s ends with %v, by iteration %v", class, seed, g.names[i], q[i], low)
				}
			}
			if q[0] == 1 {
				sure++
			} else if unsure++; g.spectralRadius() < 1 {
				t.Errorf("%v seed %d: ends with %v at spectral radius %v", class, seed, q[0], g.spectralRadius())
			}
		}
	}
	if sure < 10 || unsure < 10 {
		t.Errorf("%d grammars end surely, %d don't: choose other classes", sure, unsure)
	}
}

func iterate(g *Grammar, steps int) []float64 {
	q := make([]float64, len(g.rules))
	for range steps {
		for i, rules := range g.rules {
			sum := 0.0
			for _, r := range rules {
				sum += r.probability * r.ending(q)
			}
			q[i] = sum
		}
	}
	return q
}

func TestSweepAgreesWithNewton(t *testing.T) {
	g := mustRandom(t, Class{50, 100, 30, 15}, 1)
	want := g.terminations()
	for _, members := range g.components(func(int) bool { return true }, func(rule) bool { return true }) {
		if len(members) < 40 {
			continue
		}
		q := make([]float64, len(g.rules))
		newSystem(g, members).sweep(q)
		for _, i := range members {
			if math.Abs(q[i]-want[i]) > 1e-14 {
				t.Errorf("%s ends with %v, by sweeps %v", g.names[i], want[i], q[i])
			}
		}
		return
	}
	t.Error("no component is large")
}

func TestGrammarsWithoutSentencesNameWhomToBlame(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"S -> S '1' [1]", []string{"S"}},
		{"S -> A [0.5] | B [0.5] \n A -> B '1' [1] \n B -> B B [0.5] | C B [0.5] \n C -> '2' [1]", []string{"B"}},
		{"S -> A B [1] \n A -> B [1] \n B -> A [1]", []string{"A", "B"}},
		{"S -> A [1] \n A -> A A [1] | '1' [0]", []string{"A"}},
		{"S -> A B [1] \n A -> A [1] \n B -> B [1] \n U -> U [1]", []string{"A", "B"}}, // U is out of reach
	} {
		g := mustParse(t, test.text)
		_, err := NewSampler(g, SamplerOptions{Context: 256, Separator: SharedSeparator})
		var refused *NonTerminatingError
		if !errors.As(err, &refused) || !reflect.DeepEqual(refused.Blame, test.want) {
			t.Errorf("%q: error %v, want %v to be blamed", test.text, err, test.want)
		}
		if ids := g.ReachableTerminals(); ids != nil {
			t.Errorf("%q: terminals %v are reachable", test.text, ids)
		}
	}
	many := &NonTerminatingError{Blame: strings.Fields(strings.Repeat("X ", 5000))}
	if len(many.Error()) > 200 {
		t.Errorf("an error of %d bytes", len(many.Error()))
	}
}

func TestConditionedGrammar(t *testing.T) {
	// q(S) = 0.5 q(A)^2 + 0.25, q(A) = 2/3; D is dead, E out of reach without it.
	g := mustParse(t, `
S -> A A [0.5] | D E [0.25] | '1' [0.25]
A -> A A [0.6] | '2' [0.4]
D -> D '3' [1]
E -> '4' [1]`)
	c, err := g.Conditioned()
	if err != nil {
		t.Fatal(err)
	}
	q := 0.5*4./9 + 0.25
	for i, want := range [][]float64{{0.5 * 4. / 9 / q, 0.25 / q}, {0.6 * 2. / 3, 0.4 * 3. / 2}} {
		for j, p := range want {
			if math.Abs(c.rules[i][j].probability-p) > 1e-15 {
				t.Errorf("conditioned grammar\n%swant probability %v of right-hand side %d of %s", c, p, j, c.names[i])
			}
		}
	}
	if !reflect.DeepEqual(c.names, []string{"S", "A"}) {
		t.Errorf("conditioned grammar has non-terminals %v", c.names)
	}
	if got := g.ReachableTerminals(); !reflect.DeepEqual(got, []int32{1, 2}) {
		t.Errorf("reachable terminals %v", got)
	}
	if s := c.Statistics(); s.Termination != 1 || s.SpectralRadius > 1 {
		t.Errorf("the conditioned grammar's statistics are %+v", s)
	}
}

// The mean number of children in the statistics is that of rules that are drawn.
func TestMeanChildren(t *testing.T) {
	for _, class := range []Class{{3, 20, 2, 2}, {20, 300, 10, 5}, {50, 100, 30, 15}} {
		g := mustRandom(t, class, 4)
		const draws = 20_000
		sum, stream := 0.0, random.At(1, "children", 0)
		for range draws {
			rules, x, i := g.rules[1+stream.Bounded(uint64(len(g.rules)-1))], stream.Float64(), 0
			for ; i < len(rules)-1 && x >= rules[i].probability; i++ {
				x -= rules[i].probability
			}
			sum += float64(len(rules[i].symbols) - countTerminals(rules[i].symbols))
		}
		mean := g.Statistics().MeanChildren
		if math.Abs(sum/draws-mean) > 5*math.Sqrt((mean+0.1)/draws)*2 {
			t.Errorf("%v: %.3f children on average, %.3f in the statistics", class, sum/draws, mean)
		}
	}
	if mean := mustRandom(t, Class{50, 100, 30, 15}, 1).Statistics().MeanChildren; mean < 1 {
		t.Errorf("the mean number of children of (50,100,30,15) is %.2f, and above 1 in the paper's code", mean)
	}
}

// Where non-terminals have more than one child on average, derivations hardly
// ever end; those that do are finite on average, and are sampled directly.
func TestGrammarsThatGrowAreSampled(t *testing.T) {
	class := Class{50, 100, 30, 15}
	for seed := range uint64(12) {
		g := mustRandom(t, class, seed)
		before := g.Statistics()
		c, err := g.Conditioned()
		if err != nil {
			t.Fatalf("%v seed %d: %v", class, seed, err)
		}
		if after := c.Statistics(); before.SpectralRadius < 1.5 || after.SpectralRadius > 0.95 || after.Termination != 1 {
			t.Errorf("%v seed %d: %+v, conditioned %+v", class, seed, before, after)
		}
		s := newSampler(t, g, SamplerOptions{Context: 256, Separator: SharedSeparator})
		for i := range uint64(200) {
			if n := len(s.Document(nil, Train, i)); n < 255 {
				t.Errorf("%v seed %d: document %d has %d tokens", class, seed, i, n)
			}
		}
	}
}

// Long chains and many components cost neither stack nor more than linear time.
func TestLongChains(t *testing.T) {
	const n = 20_000
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "A%d -> A%d [0.5] | '1' [0.5]\n", i, i+1)
	}
	fmt.Fprintf(&text, "A%d -> '2' [1]\n", n)
	g := mustParse(t, text.String())
	if q := g.Statistics().Termination; q != 1 {
		t.Errorf("a chain ends with probability %v", q)
	}
	if s := newSampler(t, g, SamplerOptions{Context: 16, Separator: SharedSeparator}); len(s.Document(nil, Train, 0)) < 15 {
		t.Error("a chain's document is short")
	}
}

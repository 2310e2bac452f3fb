package pcfg

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseReadsNLTKsSyntax(t *testing.T) {
	const canonical = "S -> N0 [0.5] | N1 '17' [0.5]\nN0 -> N1 N0 [0.25] | '3' [0.75]\nN1 -> [1]\n"
	for name, text := range map[string]string{
		"canonical":            canonical,
		"spaces and blanks":    "\n  S->N0[ 0.5 ]|N1 '17'[.5]\r\n\n\tN0 -> N1 N0 [0.25] | '3'\t[0.75]  \nN1 ->[1.0]",
		"double quotes":        strings.ReplaceAll(canonical, "'", `"`),
		"comments":             "# a grammar\n" + canonical + "  # its end",
		"comment with \\":      "# a grammar \\\n" + canonical,
		"continued lines":      strings.ReplaceAll(canonical, " | ", " \\\n | "),
		"alternatives apart":   "S -> N0 [0.5]\nN0 -> N1 N0 [0.25]\nS -> N1 '17' [0.5]\nN0 -> '3' [0.75]\nN1 -> [1]",
		"start named":          "%start S\n" + canonical,
		"start not first":      "%start S\nN0 -> N1 N0 [0.25] | '3' [0.75]\nN1 -> [1]\nS -> N0 [0.5] | N1 '17' [0.5]",
		"last line unfinished": canonical + `\`,
	} {
		g, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := g.String(); got != canonical {
			t.Errorf("%s: read as\n%s", name, got)
		}
	}
}

func TestParseNamesTheLineThatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "start symbol",
		"# nothing":                         "start symbol",
		"S -> '1' [1]\n%start T":            `line 2: start symbol "T" has no rule`,
		"%begin S":                          "line 1: directive",
		"S -> '1' [1]\n\nS '2' [1]":         "line 3: S is not followed by ->",
		"S -> '1' [1]\n-> '2' [1]":          `line 2: "-> '2' [1]": a non-terminal's name`,
		"S -> '1'":                          "has no probability",
		"S -> '1' | '2' [1]":                "has no probability",
		"S -> '1' [1] '2'":                  `"'2'" after a probability`,
		"S -> '1 [1]":                       "the quote isn't closed",
		"S -> '1' [1":                       "the bracket isn't closed",
		"S -> '1' [x]":                      "[x] is no probability",
		"S -> '1' [-0.5]":                   "is no probability",
		"S -> '1' [1.5]":                    "is no probability",
		"S -> '1' [NaN]":                    "is no probability",
		"S -> '1' [0.5] | '2' [0.4]":        "line 1: the probabilities of S sum to 0.9, not 1",
		"S -> A [1]\n\nA -> '1' [0.5]":      "line 3: the probabilities of A sum to 0.5, not 1",
		"S -> 'dog' [1]":                    `terminal "dog" is no token id`,
		"S -> '-1' [1]":                     "is no token id",
		"S -> '01' [1]":                     "is no token id",
		"S -> '2147483647' [1]":             "is no token id",
		"S -> A [1]":                        "line 1: non-terminal A has no rule",
		"S -> $ [1]":                        "a non-terminal's name is expected",
		"S -> '1' [1]\n%start S S":          "line 2: directive",
		"S -> " + strings.Repeat("?", 9999): "?...",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: error %v, want %q in it", text, err, want)
		}
	}
}

func TestStringAndParseAreInverse(t *testing.T) {
	for _, class := range []Class{{3, 20, 2, 2}, {20, 300, 10, 5}, {50, 500, 20, 15}} {
		g := mustRandom(t, class, 3)
		if got := mustParse(t, g.String()); !reflect.DeepEqual(got, g) {
			t.Errorf("%v: the grammar read back is another", class)
		}
	}
}

func TestRulesAreThoseOfTheText(t *testing.T) {
	got := mustParse(t, "S -> N0 '17' [0.5] | [0.5]\nN0 -> '3' [1]").Rules()
	want := []Rule{
		{"S", []Symbol{{Nonterminal: "N0"}, {Token: 17}}, 0.5},
		{"S", []Symbol{}, 0.5},
		{"N0", []Symbol{{Token: 3}}, 1},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("rules %+v", got)
	}
}

func TestNonterminalsAreTheCallersCopy(t *testing.T) {
	g := mustRandom(t, Class{2, 3, 1, 1}, 1)
	names := g.Nonterminals()
	if !reflect.DeepEqual(names, []string{"S", "N0", "N1"}) {
		t.Errorf("non-terminals %v", names)
	}
	if names[0] = "T"; g.Nonterminals()[0] != "S" {
		t.Error("a caller's change reaches the grammar")
	}
}

// Whatever is read is written in one form, which is read back as the same
// grammar, and is either refused for having no sentence or sampled.
func FuzzParse(f *testing.F) {
	f.Add("S -> N0 [0.5] | '17' [0.5]\nN0 -> S S [1]")
	f.Add(tangled)
	f.Add("%start A\nB -> [1]\nA -> B \"0\" \\\n [1e-3] | A [0.999]")
	f.Add("S->S[1]")
	f.Add("S -> S S [0.5] | '1' [0.5]")
	f.Add("S -> [0] | '1' S [0.999999999999] | '2' [0.000000000001]")
	f.Fuzz(func(t *testing.T, text string) {
		g, err := Parse(text)
		if err != nil {
			return
		}
		canonical := g.String()
		again, err := Parse(canonical)
		if err != nil {
			t.Fatalf("%q is written as %q: %v", text, canonical, err)
		}
		if !reflect.DeepEqual(g, again) || again.String() != canonical {
			t.Fatalf("%q, written as %q, is read back as %q", text, canonical, again.String())
		}
		if q := g.Statistics().Termination; !(q >= 0 && q <= 1) {
			t.Fatalf("%q ends with probability %v", canonical, q)
		}
		if e, finite := g.Expectation(); finite && !(e.Length >= 0 && e.Entropy >= 0) {
			t.Fatalf("%q is expected to have %+v", canonical, e)
		}
		conditioned, err := g.Conditioned()
		if err != nil {
			return
		}
		if total(conditioned.rules[0]) < 0.999 {
			t.Fatalf("%q, conditioned, is %q", canonical, conditioned)
		}
	})
}

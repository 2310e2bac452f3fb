package pcfg

import (
	"errors"
	"reflect"
	"slices"
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
		"":                                     "start symbol",
		"# nothing":                            "start symbol",
		"S -> '1' [1]\n%start T":               `line 2: start symbol "T" has no rule`,
		"%begin S":                             "line 1: directive",
		"S -> '1' [1]\n\nS '2' [1]":            "line 3: S is not followed by ->",
		"S -> '1' [1]\n-> '2' [1]":             `line 2: "-> '2' [1]": a non-terminal's name`,
		"S -> '1'":                             "has no probability",
		"S -> '1' | '2' [1]":                   "has no probability",
		"S -> '1' [1] '2'":                     `"'2'" after a probability`,
		"S -> '1 [1]":                          "the quote isn't closed",
		"S -> '1' [1":                          "the bracket isn't closed",
		"S -> '1' [x]":                         "[x] is no probability",
		"S -> '1' [-0.5]":                      "is no probability",
		"S -> '1' [1.5]":                       "is no probability",
		"S -> '1' [NaN]":                       "is no probability",
		"S -> '1' [0.5] | '2' [0.4]":           "line 1: the probabilities of S sum to 0.9, not 1",
		"S -> A [1]\n\nA -> '1' [0.5]":         "line 3: the probabilities of A sum to 0.5, not 1",
		"S -> '3' [1]\nS -> '-1' [0]":          `line 2: terminal "-1" is no token id`,
		"S -> '01' [1]":                        "is no token id",
		"S -> ' 1' [1]":                        "is no token id",
		"S -> '+1' [1]":                        "is no token id",
		"S -> '2147483647' [1]":                "is no token id",
		"S -> 'dog' '' [1]":                    "line 1: a terminal is empty",
		"S -> 'caf\xe9' [1]":                   `terminal "caf\xe9" is no UTF-8`,
		`S -> 'both"kinds'of' [1]`:             "the quote isn't closed",
		"S -> 'dog [1]":                        "the quote isn't closed",
		"S -> '\xe9" + strings.Repeat("é", 99): "the quote isn't closed",
		"S -> A [1]":                           "line 1: non-terminal A has no rule",
		"S -> $ [1]":                           "a non-terminal's name is expected",
		"S -> '1' [1]\n%start S S":             "line 2: directive",
		"S -> " + strings.Repeat("?", 9999):    "?...",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: error %v, want %q in it", text, err, want)
		}
	}
}

func TestTerminalsAreWordsWhereOneIsNoInteger(t *testing.T) {
	for _, c := range []struct {
		text, canonical string
		words           []string
	}{
		{"S -> 'the' 'dog' [1]", "S -> 'the' 'dog' [1]\n", []string{"dog", "the"}},
		{`S -> "the" "dog" "the" [1]`, "S -> 'the' 'dog' 'the' [1]\n", []string{"dog", "the"}},
		{`S -> "don't" 'a"b' [1]`, `S -> "don't" 'a"b' [1]` + "\n", []string{`a"b`, "don't"}},
		{"S -> '10' '9' '01' 'x' '-1' [1]", "S -> '10' '9' '01' 'x' '-1' [1]\n", []string{"-1", "01", "10", "9", "x"}},
		{"S -> 'é' 'Z' 'a' 'New York' '.' '#' [1]", "S -> 'é' 'Z' 'a' 'New York' '.' '#' [1]\n", []string{"#", ".", "New York", "Z", "a", "é"}},
		{`S -> 'a\n' '\' '[0.5]' '|' '->' [1]`, `S -> 'a\n' '\' '[0.5]' '|' '->' [1]` + "\n", []string{"->", "[0.5]", `\`, `a\n`, "|"}},
		{"S -> 'dog''cat'[1]", "S -> 'dog' 'cat' [1]\n", []string{"cat", "dog"}},
		{"S -> 'used' [1]\nT -> 'never' [1]", "S -> 'used' [1]\nT -> 'never' [1]\n", []string{"never", "used"}},
		{"S -> '1.5' [1]", "S -> '1.5' [1]\n", []string{"1.5"}},
		{"S -> '-' ' ' [1]", "S -> '-' ' ' [1]\n", []string{" ", "-"}},
		{"S -> '17' '0' [1]", "S -> '17' '0' [1]\n", nil},
		{"S -> [1]", "S -> [1]\n", nil},
	} {
		g, err := Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := g.String(); got != c.canonical {
			t.Errorf("%s: written as %s", c.text, got)
		}
		if got := g.Words(); !slices.Equal(got, c.words) {
			t.Errorf("%s: words %q, want %q", c.text, got, c.words)
		}
		if got := mustParse(t, g.String()); !reflect.DeepEqual(got, g) {
			t.Errorf("%s: the grammar read back is another", c.text)
		}
	}
}

// Token ids are the words' places in byte order, those of words that no sentence
// holds too, and 0 is the separator alone.
func TestTokensOfWords(t *testing.T) {
	g := mustParse(t, "S -> 'the' N [1]\nN -> 'dog' [0.5] | 'cat' [0.5] | 'aardvark' [0]")
	if got := g.ReachableTerminals(); !slices.Equal(got, []int32{2, 3, 4}) {
		t.Errorf("terminals %v", got)
	}
	var first []int32
	for _, separator := range []string{SharedSeparator, ReservedSeparator} {
		s, err := NewSampler(g, SamplerOptions{Seed: 1, Context: 12, Separator: separator})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Vocabulary(); !slices.Equal(got, []int32{0, 2, 3, 4}) {
			t.Errorf("%s: vocabulary %v", separator, got)
		}
		doc := s.Document(nil, Train, 0)
		if first == nil {
			first = doc
		}
		if !slices.Equal(doc, first) {
			t.Errorf("%s: document %v, and with the other separator %v", separator, doc, first)
		}
		for i, id := range doc {
			if want := i%3 == 0 && id == 4 || i%3 == 1 && (id == 2 || id == 3) || i%3 == 2 && id == 0; !want {
				t.Errorf("%s: document %v", separator, doc)
				break
			}
		}
	}
	words := g.Words()
	if words[0] = "x"; g.Words()[0] != "aardvark" {
		t.Error("a caller's change reaches the grammar")
	}
}

func TestSilenceWithoutAnEndIsRefused(t *testing.T) {
	for text, silent := range map[string]string{
		"S -> A '1' [1]\nA -> A A [0.5] | [0.5]":             "A",
		"S -> S S [0.5] | [0.5]":                             "S",
		"S -> A '1' [1]\nA -> B [1]\nB -> A A [0.5] | [0.5]": "AB",
		"S -> A '1' [1]\nA -> A A [0.4] | [0.6]":             "",
		"S -> A '1' [1]\nA -> A A [0.6] | [0.4]":             "", // conditioned, it is the one above
		"S -> S S [0.5] | '1' [0.5]":                         "",
		"S -> A '1' [1]\nA -> [1]":                           "",
	} {
		_, err := NewSampler(mustParse(t, text), SamplerOptions{Context: 8, Separator: SharedSeparator})
		e, _ := errors.AsType[*SilentError](err)
		if (err == nil) != (silent == "") || err != nil && (e == nil || !strings.Contains(silent, e.Nonterminal)) {
			t.Errorf("%s: %v, want that of %q", text, err, silent)
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
	f.Add("S -> 'the' N [1]\nN -> \"don't\" [0.5] | '7' 'a\"b\\' [0.5]")
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

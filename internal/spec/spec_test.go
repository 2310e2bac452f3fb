package spec

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
)

// count is the numbers 1 to n.
func count(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = strconv.Itoa(i + 1)
	}
	return list
}

// TestSpecsThatMeanTheSame holds that what can be written in several ways has one normal form.
func TestSpecsThatMeanTheSame(t *testing.T) {
	plain := normal(t, parse(t, []byte(with())))
	for name, text := range map[string]string{
		"order of budgets":     with("budgets: [2048, 512, 1024]"),
		"order of models":      with("models: [{h: 8}, {h: 4}]"),
		"default context":      with("context: 256"),
		"default vocabulary":   with("vocabulary: compact"),
		"default seeds":        with("seeds: [1]"),
		"default heads":        with("models: [{h: 4, heads: 1, layers: 1, intermediate: 8}, {h: 8}]"),
		"default grammar":      with("datasets: [{name: g, grammar: {nonterminals: 3, terminals: 20, options: 2, length: 2, separator: shared, pfsa: none}, grammar_seeds: [1], sampling_seed: 1}]"),
		"empty recipe":         with("recipe: {}"),
		"default rate":         with("recipe: {lr: {base: 0.2, scale: inverse_width, max: 0.02}}"),
		"default base":         with("recipe: {lr: {base: 0.2}}"),
		"default scale":        with("recipe: {lr: {scale: inverse_width}}"),
		"default cap":          with("recipe: {lr: {max: 2e-2}}"),
		"part of the fit":      with("fit: {delta: 1e-3}"),
		"numbers in any form":  with("budgets: [5.12e2, 0x400, 2_048]", "context: 256.0", "recipe: {weight_decay: -0.0}"),
		"quoted text":          with(`name: "base"`),
		"comment, blank lines": "# a comment\n\n" + with() + "\n\n",
		"byte order mark":      "\ufeff" + with(),
		"carriage returns":     strings.ReplaceAll(with(), "\n", "\r\n"),
		"anchors":              with("models: [&m {h: 4}, {h: 8}]"),
		"flow style":           "{" + strings.Join(base, ", ") + "}",
		"its normal form":      plain,
	} {
		t.Run(name, func(t *testing.T) {
			if got := normal(t, parse(t, []byte(text))); got != plain {
				t.Errorf("%s\n%s", got, plain)
			}
		})
	}
}

// TestGrammarOfAFile holds that an entry with a file's grammar is one data set, with nothing of a class in its normal form.
func TestGrammarOfAFile(t *testing.T) {
	const entry = "datasets: [{name: g, grammar: {file: '${HOME}/[a]*.txt'%s}}, {name: h, grammar: {file: g.txt, separator: reserved}, sampling_seed: 2}]"
	s := parse(t, []byte(with(fmt.Sprintf(entry, ""))))
	if got := normal(t, parse(t, []byte(with(fmt.Sprintf(entry, ", separator: shared"))))); got != normal(t, s) {
		t.Errorf("with its default written out: %s", got)
	}
	text := normal(t, s)
	if want := `"datasets":[{"name":"g","grammar":{"separator":"shared","file":"${HOME}/[a]*.txt"},"sampling_seed":1},{"name":"h","grammar":{"separator":"reserved","file":"g.txt"},"sampling_seed":2}]`; !strings.Contains(text, want) {
		t.Errorf("its normal form is %s", text)
	}
	if again := normal(t, parse(t, []byte(text))); again != text {
		t.Errorf("%s is read back as %s", text, again)
	}
	sets := s.DataSets()
	if len(sets) != 2 || sets[0].Name != "g" || sets[0].Class != "g" || sets[0].GrammarSeed != 0 || sets[1].SamplingSeed != 2 || !sets[0].ReadsFiles() {
		t.Errorf("data sets %+v", sets)
	}
}

func TestOrderOfDataSetsStays(t *testing.T) {
	s := parse(t, []byte(with("datasets: [{name: z, files: {include: [b, a]}}, {name: a, files: {include: [c]}}]")))
	if s.Datasets[0].Name != "z" || s.Datasets[0].Files.Include[0] != "a" {
		t.Errorf("%+v", s.Datasets)
	}
}

func TestRateWithoutScale(t *testing.T) {
	for text, want := range map[string]ziplaw.LearningRate{
		"recipe: {lr: {base: 5e-5, scale: none}}":               {Base: 5e-5, Scale: "none"},
		"recipe: {lr: {base: 5e-5, scale: none, max: 1e-5}}":    {Base: 5e-5, Scale: "none", Max: 1e-5},
		"recipe: {lr: {base: 0.1}}":                             {Base: 0.1, Scale: "inverse_width", Max: 0.02},
		"recipe: {lr: {base: 1, scale: inverse_width, max: 0}}": {Base: 1, Scale: "inverse_width"},
	} {
		if got := parse(t, []byte(with(text))).Recipe.LR; got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}

func TestLargestIntegersAreExact(t *testing.T) {
	s := parse(t, []byte(with("seeds: [9007199254740991, 9007199254740992]")))
	if s.Seeds[0] != 1<<53-1 || s.Seeds[1] != 1<<53 {
		t.Errorf("seeds %d", s.Seeds)
	}
}

func TestWarnings(t *testing.T) {
	for _, c := range []struct {
		lines []string
		codes string
	}{
		{nil, "few_models one_seed few_datasets"},
		{[]string{"seeds: [1, 2]", grammar(", grammar_seeds: [1, 2, 3]")}, "few_models"},
		{[]string{"seeds: [1, 2]", grammar(", grammar_seeds: [1, 2, 3]"), "fit: {hold: {E: 1}}"}, ""},
		{[]string{"seeds: [1, 2]", grammar(", grammar_seeds: [1, 2, 3]"), "fit: {tie: [alpha=beta]}"}, ""},
		{[]string{"models: [{h: 4}]"}, "few_cells few_models one_seed few_datasets"},
		{[]string{"budgets: [512]"}, "few_cells few_models few_budgets one_seed few_datasets"},
		{[]string{"recipe: {lr: {base: 0.01, scale: none}}"}, "few_models one_seed few_datasets one_lr"},
		{[]string{"recipe: {lr: {base: 5e-5}}"}, "few_models one_seed few_datasets odd_lr"},
		{[]string{"recipe: {lr: {base: 1, max: 0}}"}, "few_models one_seed few_datasets odd_lr odd_lr"},
		{[]string{"fit: {resamples: 20}"}, "few_models one_seed few_datasets few_resamples"},
		{[]string{"fit: {final: mean_last_k}"}, "few_models one_seed few_datasets few_steps"},
		{[]string{"recipe: {held_out: 8}"}, "few_models one_seed few_datasets few_held_out"},
	} {
		var codes []string
		for _, w := range Warnings(parse(t, []byte(with(c.lines...)))) {
			codes = append(codes, w.Code)
		}
		if got := strings.Join(codes, " "); got != c.codes {
			t.Errorf("%v: warnings %q, want %q", c.lines, got, c.codes)
		}
	}
}

// FuzzParse holds that no text makes Parse panic, and that what it takes has a normal form that reads back as itself.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		with(), with("recipe: {lr: {base: 1e-3, scale: none}}", "fit: {delta: 1e300}"),
		with("datasets: [{name: f, files: {include: ['${HOME}/**/[a-z]?.txt'], exclude: ['\\*']}}]"),
		with("datasets: [{name: g, grammar: {file: '${HOME}/g.txt', separator: reserved}}]"), with("datasets: [{name: g, grammar: {file: g, length: 1}, grammar_seeds: [1]}]"),
		with("models: [{h: 4}, &a {h: 8, heads: 2}]", "keep_models: false", "vocabulary: 99"),
		`{"version":1,"name":"a","datasets":[{"name":"\ud83d"}]}`, "a: &a [*a, *a]", "? [x]\n: y", "%YAML 1.1\n---\n",
		"{\t\"a\": [1e999, -0.0, 1e-400]}", "seeds: [0x1p4, 1_000, 0o17, .inf, ~]", "<<: *a",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse(text)
		if err != nil {
			if e := ziplaw.AsError(err); e.Code != ziplaw.CodeBadSpec || e.Message == "" {
				t.Errorf("%q: %+v", text, e)
			}
			return
		}
		once := normal(t, s)
		again, err := Parse([]byte(once))
		if err != nil {
			t.Fatalf("%q: its normal form %s: %v", text, once, err)
		}
		if twice := normal(t, again); twice != once {
			t.Errorf("%q: %s\n%s", text, once, twice)
		}
		Warnings(s)
	})
}

func BenchmarkParse(b *testing.B) {
	study, err := Parse([]byte(with()))
	if err != nil {
		b.Fatal(err)
	}
	text, err := json.Marshal(study)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func TestLimits(t *testing.T) {
	for name, text := range map[string]string{
		"has 524289 bytes":  "name: " + strings.Repeat("x", maxBytes-5),
		"too many values":   "seeds: [" + strings.Join(count(maxNodes), ", ") + "]",
		"nested too deeply": strings.Repeat("[", 100) + strings.Repeat("]", 100),
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %s, got %v", name, err)
		}
	}
}

// TestRegressHasOneNormalForm: what takes all data sets is left out of it, so that studies from before the option are
// what they were, and the order of names means nothing.
func TestRegressHasOneNormalForm(t *testing.T) {
	plain := normal(t, parse(t, []byte(with())))
	for _, text := range []string{"fit: {regress: {}}", "fit: {regress: {exclude: []}}"} {
		if got := normal(t, parse(t, []byte(with(text)))); got != plain {
			t.Errorf("%s becomes %s", text, got)
		}
	}
	sets := "datasets: [{name: a, grammar: {nonterminals: 3, terminals: 20, options: 2, length: 2}, grammar_seeds: [1, 2]}, {name: b, files: {include: [x]}}]"
	one := parse(t, []byte(with(sets, "fit: {regress: {exclude: [b, a-g2]}}")))
	two := parse(t, []byte(with(sets, "fit: {regress: {exclude: [a-g2, b]}}")))
	if normal(t, one) != normal(t, two) {
		t.Errorf("%s and %s", normal(t, one), normal(t, two))
	}
	var taken []string
	for _, d := range one.DataSets() {
		if one.Fit.Regress.Takes(d) {
			taken = append(taken, d.Name)
		}
	}
	if got := strings.Join(taken, " "); got != "a-g1" {
		t.Errorf("it takes %s", got)
	}
	class := ziplaw.RegressSets{Include: []string{"a"}}
	if d := one.DataSets(); !class.Takes(d[0]) || !class.Takes(d[1]) || class.Takes(d[2]) {
		t.Error("an entry's name doesn't stand for its seeds alone")
	}
}

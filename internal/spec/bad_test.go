package spec

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
)

// base is a spec with nothing wrong, a line for each top-level key.
var base = []string{
	"version: 1",
	"name: base",
	"datasets: [{name: g, grammar: {nonterminals: 3, terminals: 20, options: 2, length: 2}}]",
	"models: [{h: 4}, {h: 8}]",
	"budgets: [512, 1024, 2048]",
}

// with is base with lines put in the place of those with the same key, or added.
func with(lines ...string) string {
	text := append([]string{}, base...)
next:
	for _, line := range lines {
		key, _, _ := strings.Cut(line, ":")
		for i, old := range text {
			if strings.HasPrefix(old, key+":") {
				text[i] = line
				continue next
			}
		}
		text = append(text, line)
	}
	return strings.Join(text, "\n")
}

// without is base without a key.
func without(key string) string {
	var text []string
	for _, line := range base {
		if !strings.HasPrefix(line, key+":") {
			text = append(text, line)
		}
	}
	return strings.Join(text, "\n")
}

func grammar(rest string) string {
	return "datasets: [{name: g, grammar: {nonterminals: 3, terminals: 20, options: 2, length: 2}" + rest + "}]"
}

func seeds(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = strconv.Itoa(i + 1)
	}
	return "[" + strings.Join(all, ", ") + "]"
}

func TestBadInput(t *testing.T) {
	for _, c := range []struct {
		name, spec           string
		field, message, hint string
	}{
		// The text.
		{"empty", " \n", "", "empty", "ziplaw schema"},
		{"only a comment", "# nothing\n", "", "empty", "ziplaw schema"},
		{"no mapping", "- 1\n- 2", "", "is a list, not a mapping", ""},
		{"no YAML", "version: 1\n\tname: x", "", "no YAML", ""},
		{"no JSON", "{\"version\": 1,\n\t\"name\": }", "", "no JSON", ""},
		{"JSON and more", "{\"version\":\t1}{}", "", "no JSON", ""},
		{"two documents", with() + "\n---\nversion: 1", "", "more than one document", "---"},
		{"key twice", with() + "\nname: again", "name", "given twice, at lines 2 and 6", "keep one"},
		{"key twice in JSON", `{"version": 1, "fit": {"k": 1, "k": 2}}`, "fit.k", "given twice", "keep one"},
		{"key that is no text", with("recipe: {[1]: 2}"), "recipe", "key that is no text", "name: value"},
		{"unknown tag", with("context: !weight 256"), "context", "unknown tag", "leave the tag out"},
		{"octal", with("seeds: [010]"), "seeds[0]", "octal", "leading 0"},
		{"no number", with("fit: {delta: .nan}"), "fit.delta", "no finite number", "finite"},
		{"number out of range", `{"fit": {"delta": 1e999}}`, "fit.delta", "out of range", "1.8e308"},
		{"Latin-1", "# caf\xe9\n" + with(), "", "no YAML: the byte 0xe9 (é in Latin-1) is no UTF-8", "iconv"},
		{"Latin-1 in JSON", "{\"name\": \"caf\xe9\"}", "", "no JSON: the byte 0xe9", "UTF-8"},
		{"endless alias", "datasets: &a [*a]", "", "nested too deeply", "32"},

		// Keys.
		{"unknown key", with("contxt: 256"), "contxt", `unknown key "contxt"`, "did you mean context?"},
		{"unknown key below", with(grammar(", grammer_seeds: [1]")), "datasets[0].grammer_seeds", "unknown key", "did you mean grammar_seeds?"},
		{"unknown grammar key", with("datasets: [{name: g, grammar: {nonterminals: 3, terminals: 20, options: 2, length: 2, lenght: 2}}]"), "datasets[0].grammar.lenght", "unknown key", "did you mean length?"},
		{"key in the wrong place", with("batch: 4"), "batch", "unknown key", "did you mean recipe.batch?"},
		{"key in other case", with("Context: 256"), "Context", "unknown key", "did you mean context?"},
		{"key like none", with("flavour: mint"), "flavour", "unknown key", "known here: budgets, "},
		{"merge key", with("models: [{<<: {h: 4}}]"), "models[0]", "merge key <<", "write its keys out"},
		{"missing name", without("name"), "name", "missing", "for example name: quick"},
		{"missing version", without("version"), "version", "missing", "version: 1"},
		{"missing budgets", without("budgets"), "budgets", "missing", "for example budgets: [65536"},
		{"missing h", with("models: [{layers: 2}]"), "models[0].h", "missing", "h: 32"},
		{"missing length", with("datasets: [{name: g, grammar: {nonterminals: 3, terminals: 20, options: 2}}]"), "datasets[0].grammar.length", "missing", "length: 5"},

		// Types and ranges.
		{"other version", with("version: 2"), "version", "is 2, not 1", "reads version 1"},
		{"text for a number", with(`context: "256"`), "context", "is text, not a whole number", "without quotes"},
		{"number for text", with("name: 7"), "name", "is a number, not text", "in quotes"},
		{"fraction", with("context: 256.5"), "context", "not a whole number", ""},
		{"one for a list", with("budgets: 1024"), "budgets", "not a list", "[1024]"},
		{"nothing for a mapping", with("recipe:"), "recipe", "is empty", "leave it out"},
		{"empty models", with("models: []"), "models", "is empty", "models: [{"},
		{"empty budgets", with("budgets: []"), "budgets", "is empty", "budgets: [65536"},
		{"empty data sets", with("datasets: []"), "datasets", "is empty", "datasets: [{"},
		{"empty include", with("datasets: [{name: f, files: {include: []}}]"), "datasets[0].files.include", "is empty", "${GOROOT}"},
		{"empty pattern", with(`datasets: [{name: f, files: {include: [""]}}]`), "datasets[0].files.include[0]", "is empty", "leave it out"},
		{"empty seeds", with("seeds: []"), "seeds", "is empty", "seeds: [1]"},
		{"seed too large", with("seeds: [9007199254740993]"), "seeds[0]", "above 9007199254740992", "at most"},
		{"negative seed", with("seeds: [-1]"), "seeds[0]", "-1 is below 0", "at least 0"},
		{"no vocabulary", with("vocabulary: huge"), "vocabulary", `"huge" is no vocabulary`, `"compact"`},
		{"unknown choice", with("recipe: {adamw: pytorch}"), "recipe.adamw", `"pytorch" is not known`, "one of torch, transformers"},
		{"near choice", with("recipe: {schedule: cosin}"), "recipe.schedule", "not known", "did you mean cosine?"},
		{"unknown final", with("fit: {final: mean}"), "fit.final", "not known", "one of last, mean_last_k, validation"},
		{"unknown numerics", with("numerics: gpu"), "numerics", "is no arithmetic", "cpu, cuda"},
		{"conversion from itself", with("convert_from: cpu"), "convert_from", "own arithmetic", "leave it out"},
		{"conversion from any", with("convert_from: cuda"), "convert_from", "is no arithmetic", "cpu, cuda"},
		{"half an id", with("numerics: cuda/1/H100"), "numerics", "is no arithmetic", "ziplaw-cuda devices"},
		{"two precisions", with("precision: tf32", "numerics: cuda/1/H100/float32/own-1"), "precision", "numerics names float32", "leave one"},
		{"two precisions the other way", with("precision: float32", "numerics: cuda/1/H100/tf32/own-1"), "precision", "numerics names tf32", "leave one"},
		{"precision of no device", with("numerics: cuda/1/H100/bfloat16/own-1"), "numerics", "the precision bfloat16", "float32 or tf32"},
		{"precision of no processor", with("precision: tf32"), "precision", "tf32 is of CUDA devices", "numerics: cuda"},
		{"unknown precision", with("precision: half"), "precision", "not known", "one of float32, tf32"},
		{"grammar below 1", with("datasets: [{name: g, grammar: {nonterminals: 0, terminals: 20, options: 2, length: 2}}]"), "datasets[0].grammar.nonterminals", "0 is below 1", "at least 1"},
		{"no options", with("datasets: [{name: g, grammar: {nonterminals: 3, terminals: 20, options: 0, length: 2}}]"), "datasets[0].grammar.options", "0 is below 1", "at least 1"},
		{"warm-up over everything", with("recipe: {warmup: 1}"), "recipe.warmup", "1 is not below 1", "below 1"},
		{"negative warm-up", with("recipe: {warmup: -0.1}"), "recipe.warmup", "below 0", "at least 0"},
		{"no batch", with("recipe: {batch: 0}"), "recipe.batch", "0 is below 1", "at least 1"},
		{"no delta", with("fit: {delta: 0}"), "fit.delta", "0 is not above 0", "above 0"},
		{"level 1", with("fit: {level: 1}"), "fit.level", "1 is not below 1", "below 1"},
		{"context of 1", with("context: 1"), "context", "1 is below 2", "at least 2"},
		{"context above the models'", with("context: 131072"), "context", "131072 is above 65536", "at most 65536"},

		// Names.
		{"study name", with("name: My Study"), "name", `"My Study" is no name`, "for example my-study"},
		{"name that climbs", with("name: ../x"), "name", "is no name", "a letter or digit first"},
		{"name with a slash", with("datasets: [{name: a/b, grammar: {nonterminals: 3, terminals: 20, options: 2, length: 2}}]"), "datasets[0].name", "is no name", "for example a-b"},
		{"long name", with("name: " + strings.Repeat("a", 64)), "name", "is no name", "63"},

		// Data sets.
		{"same name", with("datasets: [{name: f, files: {include: [a]}}, {name: f, files: {include: [b]}}]"), "datasets[1].name", `"f" is a data set of datasets[0]`, "name of its own"},
		{"same name by seeds", with("datasets: [{name: f-g2, files: {include: [a]}}, {name: f, grammar: {nonterminals: 3, terminals: 20, options: 2, length: 2}, grammar_seeds: [1, 2]}]"), "datasets[1].name", `"f-g2"`, "name of its own"},
		{"neither", with("datasets: [{name: g}]"), "datasets[0]", "neither grammar nor files", "exactly one"},
		{"both", with(grammar(", files: {include: [a]}")), "datasets[0]", "both grammar and files", "exactly one"},
		{"tokenizer of a grammar", with(grammar(", tokenizer: bytes")), "datasets[0].tokenizer", "belongs to a data set of files", "leave it out"},
		{"grammar seeds of files", with("datasets: [{name: f, files: {include: [a]}, grammar_seeds: [1]}]"), "datasets[0].grammar_seeds", "belongs to a data set of grammar", "leave it out"},
		{"grammar seed twice", with(grammar(", grammar_seeds: [1, 2, 1]")), "datasets[0].grammar_seeds[2]", "repeats datasets[0].grammar_seeds[0]", "leave one out"},
		{"grammar too large", with("datasets: [{name: g, grammar: {nonterminals: 10000, terminals: 20, options: 1000, length: 1000}}]"), "datasets[0].grammar", "1e+10 symbols", "at most 100000000"},
		{"no terminal beside the separator", with("datasets: [{name: g, grammar: {nonterminals: 3, terminals: 1, options: 2, length: 2, separator: reserved}}]"), "datasets[0].grammar.terminals", "leaves no terminal", "at least 2"},
		{"variable without an end", with(`datasets: [{name: f, files: {include: ["${HOME/x"]}}]`), "datasets[0].files.include[0]", "no pattern", "${NAME}"},
		{"bracket without an end", with(`datasets: [{name: f, files: {include: [a], exclude: ["[a"]}}]`), "datasets[0].files.exclude[0]", "no pattern", "bracket"},
		{"grammar of nothing", with("datasets: [{name: g, grammar: {}}]"), "datasets[0].grammar", "names no grammar", "or file for a grammar of your own"},
		{"grammar of a separator", with("datasets: [{name: g, grammar: {separator: reserved}}]"), "datasets[0].grammar", "names no grammar", "nonterminals, terminals, options and length"},
		{"grammar as a path", with("datasets: [{name: g, grammar: g.txt}]"), "datasets[0].grammar", "is text, not a mapping", ""},
		{"grammar of a number", with("datasets: [{name: g, grammar: {file: 7}}]"), "datasets[0].grammar.file", "is a number, not text", "in quotes"},
		{"grammar of no file", with("datasets: [{name: g, grammar: {file: ''}}]"), "datasets[0].grammar.file", "is empty", "leave it out"},
		{"file of a class", with("datasets: [{name: g, grammar: {file: g.txt, nonterminals: 3, terminals: 20, options: 2, length: 2}}]"), "datasets[0].grammar.nonterminals", "the grammar is a file's", "leave out file"},
		{"terminals of a file", with("datasets: [{name: g, grammar: {terminals: 20, file: g.txt}}]"), "datasets[0].grammar.terminals", "belongs to a class of random grammars", "leave it out"},
		{"pfsa of a file", with("datasets: [{name: g, grammar: {file: g.txt, pfsa: none}}]"), "datasets[0].grammar.pfsa", "the grammar is a file's", "leave it out"},
		{"grammar seeds of a file", with("datasets: [{name: g, grammar: {file: g.txt}, grammar_seeds: [1]}]"), "datasets[0].grammar_seeds", "the grammar is a file's", "leave it out"},
		{"separator of a file", with("datasets: [{name: g, grammar: {file: g.txt, separator: none}}]"), "datasets[0].grammar.separator", "not known", "shared, reserved"},
		{"data seed of a grammar's file", with("datasets: [{name: g, grammar: {file: g.txt}, data_seed: 1}]"), "datasets[0].data_seed", "belongs to a data set of files", "leave it out"},
		{"grammar and files", with("datasets: [{name: g, grammar: {file: g.txt}, files: {include: [a]}}]"), "datasets[0]", "both grammar and files", "exactly one"},
		{"path without a variable's end", with(`datasets: [{name: g, grammar: {file: "${HOME/x"}}]`), "datasets[0].grammar.file", "no path of a file", "${NAME}"},
		{"path with a zero byte", with(`datasets: [{name: g, grammar: {file: "a\0b"}}]`), "datasets[0].grammar.file", "no path of a file", "no zero byte"},
		{"near key of a grammar", with("datasets: [{name: g, grammar: {files: g.txt}}]"), "datasets[0].grammar", "names no grammar", ""},
		{"too many data sets", with(grammar(", grammar_seeds: " + seeds(3001))), "datasets", "3001 data sets", "at most 3000"},
		{"pattern twice", with("datasets: [{name: f, files: {include: [a, a]}}]"), "datasets[0].files.include[1]", "repeats", "leave one out"},
		{"vocabulary without the separator", with("vocabulary: 20", strings.Replace(grammar(""), "length: 2", "length: 2, separator: reserved", 1)), "vocabulary", "fewer than the 21 tokens", "at least 21"},
		{"vocabulary below the terminals", with("vocabulary: 19"), "vocabulary", "fewer than the 20 terminals", "at least 20"},
		{"vocabulary without a pad", with("vocabulary: 20", "recipe: {pad_targets: counted}"), "vocabulary", "20 terminals and the pad id", "at least 21"},
		{"vocabulary below the bytes", with("vocabulary: 255", "datasets: [{name: f, files: {include: [a]}}]"), "vocabulary", "256 bytes", "at least 256"},

		// The grid.
		{"D below one batch", with("budgets: [256]"), "budgets[0]", "256 tokens are below one batch of 2 documents of 256 tokens", "at least 512"},
		{"D cuts a document", with("budgets: [1024, 100000]"), "budgets[1]", "no whole number of documents", "99840 or 100096"},
		{"D too large", with("budgets: [9007199254740992]"), "budgets[0]", "more than 1073741824 documents", "at most 274877906944"},
		{"D twice", with("budgets: [1024, 512, 1024]"), "budgets[2]", "repeats budgets[0]", "leave one out"},
		{"D twice in two forms", with("budgets: [1024, 1.024e3]"), "budgets[1]", "repeats budgets[0]", "leave one out"},
		{"seed twice", with("seeds: [3, 3]"), "seeds[1]", "repeats seeds[0]", "leave one out"},
		{"model twice", with("models: [{h: 4}, {h: 8}, {h: 4, heads: 1, intermediate: 8}]"), "models[2]", "is the model h4-l1 of models[0] again", "leave one out"},
		{"odd h", with("models: [{h: 5}]"), "models[0].h", "5 is odd", "4 or 6"},
		{"heads that don't divide", with("models: [{h: 8, heads: 3}]"), "models[0].heads", "3 heads don't divide h 8", "2 or 4"},
		{"odd head", with("models: [{h: 6, heads: 2}]"), "models[0].heads", "odd size 3", "1 or 3"},
		{"default heads that don't divide", with("models: [{h: 200}]"), "models[0].heads", "3 heads don't divide h 200", "2 or 4"},
		{"too many heads", with("models: [{h: 8, heads: 9}]"), "models[0].heads", "9 heads don't divide h 8", "for example 4"},
		{"too many cells", with("seeds: [" + strings.Join(count(20000), ", ") + "]"), "", "1 data sets x 2 models x 3 budgets x 20000 seeds are 120000 cells", "at most 100000"},

		// The recipe.
		{"rate without a base", with("recipe: {lr: {scale: none}}"), "recipe.lr.base", "missing where scale is none", "base: 0.001"},
		{"no rate", with("recipe: {lr: {base: 0}}"), "recipe.lr.base", "0 is not above 0", "above 0"},
		// The regressions.
		{"regress both ways", with("fit: {regress: {include: [g], exclude: [g]}}"), "fit.regress", "has both exclude and include", "give one of them"},
		{"regress what is not there", with("fit: {regress: {exclude: [h]}}"), "fit.regress.exclude[0]", `no data set is called "h"`, "one of g"},
		{"regress a near name", with("fit: {regress: {include: [g1O]}}", strings.Replace(grammar(""), "name: g", "name: g10", 1)), "fit.regress.include[0]", "is no name", "g1o"},
		{"regress a seed that is not there", with("fit: {regress: {exclude: [g-g3]}}", grammar(", grammar_seeds: [1, 2]")), "fit.regress.exclude[0]", `"g-g3"`, "did you mean g-g1?"},
		{"regress nothing", with("fit: {regress: {exclude: [g]}}"), "fit.regress.exclude", "leaves no data set", "leave out fewer"},
		{"regress an empty list", with("fit: {regress: {include: []}}"), "fit.regress.include", "is empty", "g10"},
		{"regress twice", with("fit: {regress: {exclude: [g, g]}}"), "fit.regress.exclude[1]", "repeats", "leave one out"},
		{"regress by another name", with("fit: {regress: {only: [g]}}"), "fit.regress.only", `unknown key "only"`, "exclude, include"},
		{"nothing held out", with("recipe: {held_out: 0}"), "recipe.held_out", "leave no validation loss", "fit.final: last"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.spec))
			if err == nil {
				t.Fatal("no error")
			}
			e := ziplaw.AsError(err)
			if e.Code != ziplaw.CodeBadSpec || e.Field != c.field || !strings.Contains(e.Message, c.message) || !strings.Contains(e.Hint, c.hint) {
				t.Errorf("code %s, field %q, message %q, hint %q;\nwant field %q, message with %q, hint with %q",
					e.Code, e.Field, e.Message, e.Hint, c.field, c.message, c.hint)
			}
		})
	}
}

func TestErrorsStandInTheOrderOfTheText(t *testing.T) {
	_, err := Parse([]byte("name: X\nversion: 1\nzebra: 1\nmodels: [{h: 4, layers: 0}]\nbudgets: [512]\napple: 2\n"))
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("%v", err)
	}
	var got []string
	for _, e := range joined.Unwrap() {
		got = append(got, ziplaw.AsError(e).Field)
	}
	// What is missing has no place but that of the mapping that misses it.
	if want := "datasets name zebra models[0].layers apple"; strings.Join(got, " ") != want {
		t.Errorf("fields %v, want %s", got, want)
	}
}

func TestErrorsNameTheirLine(t *testing.T) {
	for text, line := range map[string]int{
		with("context: 1"):                 6,
		with("models: [{h: 4},\n{h: 5}]"):  5,
		"{\n\"version\": 1,\n\"name\": 7}": 1, // datasets, budgets and models are missing first
		"version: 1\nname: a: b":           2,
		"version: 1":                       0,
	} {
		_, err := Parse([]byte(text))
		if e, ok := errors.AsType[*ziplaw.Error](err); !ok || e.Line != line {
			t.Errorf("%s\n%v, want line %d", text, err, line)
		}
	}
}

func TestManyErrorsAreCutShort(t *testing.T) {
	_, err := Parse([]byte(with("seeds: [-" + strings.Join(count(1000), ", -") + "]")))
	if joined, ok := err.(interface{ Unwrap() []error }); !ok || len(joined.Unwrap()) != maxProblems {
		t.Errorf("%v", err)
	}
}

// TestErrorsAreTheSameEachTime guards against the order of maps: workflows replay.
func TestErrorsAreTheSameEachTime(t *testing.T) {
	for _, text := range []string{
		with("zebra: 1", "apple: 2", "recipe: {batch: x, adamw: y, lr: {q: 1, r: 2}}", "models: [{h: 5, p: 1}, {}]", "name: A B"),
		with("seeds: [5, " + strings.Join(count(60), ", ") + ", 7, 9, 11]"),
		"{" + `"b": 1, "a": 2, "version": 3` + "}",
		with("models: [{h: 5}, {h: 8, heads: 3}]", "budgets: [1, 300, 1000]", "vocabulary: 3"),
	} {
		_, first := Parse([]byte(text))
		for range 50 {
			if _, again := Parse([]byte(text)); again == nil || again.Error() != first.Error() {
				t.Fatalf("%v\nand then\n%v", first, again)
			}
		}
	}
}

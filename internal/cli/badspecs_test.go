package cli

import (
	"fmt"
	"strings"
)

// badSpec is a spec that can't be, and the first error that tells so.
type badSpec struct {
	name string
	// lines replace or join those of goodSpec: a key, and its value in JSON, which is YAML as well. $DIR is the folder
	// of corpora, and an empty value leaves a key out.
	lines []string
	// text is the whole spec instead, in YAML.
	text           string
	field, message string
}

// goodSpec is a spec with nothing wrong, a line for each key.
var goodSpec = []string{
	`version: 1`,
	`name: bad`,
	`context: 64`,
	`datasets: [{"name": "a", "grammar": {"nonterminals": 10, "terminals": 150, "options": 5, "length": 3}}]`,
	`models: [{"h": 4}, {"h": 8}]`,
	`budgets: [4096, 8192]`,
	`recipe: {"held_out": 16}`,
	`fit: {"resamples": 20}`,
}

func change(lines ...string) []string { return lines }

func grammar(n, t, o, l int, rest string) string {
	return fmt.Sprintf(`datasets: [{"name": "a", "grammar": {"nonterminals": %d, "terminals": %d, "options": %d, "length": %d}%s}]`, n, t, o, l, rest)
}

func files(options string) string {
	return fmt.Sprintf(`datasets: [{"name": "f", "files": {%s}}]`, options)
}

// badSpecs are bad in what they say, and can be told in JSON.
var badSpecs = []badSpec{
	// Keys.
	{"unknown key", change(`contxt: 64`), "", "contxt", `unknown key "contxt"`},
	{"unknown key below", change(`recipe: {"held_out": 16, "lr": {"bse": 1}}`), "", "recipe.lr.bse", `unknown key "bse"`},
	{"unknown key of a data set", change(grammar(10, 150, 5, 3, `, "seeds": [1]`)), "", "datasets[0].seeds", "unknown key"},
	{"key in the wrong place", change(`batch: 4`), "", "batch", "unknown key"},
	{"no version", change(`version:`), "", "version", "missing"},
	{"other version", change(`version: 2`), "", "version", "is 2, not 1"},
	{"no name", change(`name:`), "", "name", "missing"},
	{"no data sets", change(`datasets:`), "", "datasets", "missing"},
	{"no models", change(`models:`), "", "models", "missing"},
	{"no budgets", change(`budgets:`), "", "budgets", "missing"},
	{"half a grammar", change(`datasets: [{"name": "a", "grammar": {"nonterminals": 3}}]`), "", "datasets[0].grammar.length", "missing"},

	// Types, signs and sizes of numbers.
	{"text for a number", change(`context: "64"`), "", "context", "is text, not a whole number"},
	{"number for text", change(`name: 7`), "", "name", "is a number, not text"},
	{"number for a list", change(`budgets: 4096`), "", "budgets", "is a number, not a list"},
	{"list for a mapping", change(`recipe: []`), "", "recipe", "is a list, not a mapping"},
	{"mapping for a list", change(`datasets: {"name": "a"}`), "", "datasets", "is a mapping, not a list"},
	{"nothing for a mapping", change(`fit: null`), "", "fit", "is empty, not a mapping"},
	{"truth for a number", change(`seeds: [true]`), "", "seeds[0]", "is true or false, not a whole number"},
	{"number for truth", change(`keep_models: 1`), "", "keep_models", "is a number, not true or false"},
	{"fraction", change(`budgets: [4096.5]`), "", "budgets[0]", "is a number, not a whole number"},
	{"negative seed", change(`seeds: [-1]`), "", "seeds[0]", "-1 is below 0"},
	{"negative context", change(`context: -64`), "", "context", "-64 is below 2"},
	{"negative budget", change(`budgets: [-4096]`), "", "budgets[0]", "-4096 is below 1"},
	{"negative h", change(`models: [{"h": -4}]`), "", "models[0].h", "-4 is below 2"},
	{"negative terminals", change(grammar(10, -1, 5, 3, "")), "", "datasets[0].grammar.terminals", "-1 is below 1"},
	{"negative rate", change(`recipe: {"held_out": 16, "lr": {"base": -0.1}}`), "", "recipe.lr.base", "-0.1 is not above 0"},
	{"negative time", change(`checkpoint_seconds: -1`), "", "checkpoint_seconds", "-1 is not above 0"},
	{"seed beyond whole numbers", change(`seeds: [9007199254740993]`), "", "seeds[0]", "above 9007199254740992"},
	{"budget beyond whole numbers", change(`budgets: [1e30]`), "", "budgets[0]", "above 9007199254740992"},
	{"budget beyond documents", change(`budgets: [9007199254740992]`), "", "budgets[0]", "more than 1073741824 documents"},
	{"terminals beyond ids", change(grammar(10, 1<<31, 5, 3, "")), "", "datasets[0].grammar.terminals", "2147483648 is above 2147483646"},
	{"huge width", change(`models: [{"h": 1000000}]`), "", "models[0].h", "1000000 is above 65536"},
	{"huge grammar", change(grammar(1000000, 150, 1000, 1000, "")), "", "datasets[0].grammar", "1e+12 symbols"},

	// Lists.
	{"empty data sets", change(`datasets: []`), "", "datasets", "is empty"},
	{"empty models", change(`models: []`), "", "models", "is empty"},
	{"empty budgets", change(`budgets: []`), "", "budgets", "is empty"},
	{"empty seeds", change(`seeds: []`), "", "seeds", "is empty"},
	{"empty grammar seeds", change(grammar(10, 150, 5, 3, `, "grammar_seeds": []`)), "", "datasets[0].grammar_seeds", "is empty"},
	{"empty include", change(files(`"include": []`)), "", "datasets[0].files.include", "is empty"},
	{"seed twice", change(`seeds: [1, 1]`), "", "seeds[1]", "repeats seeds[0]"},
	{"budget twice", change(`budgets: [4096, 4096]`), "", "budgets[1]", "repeats budgets[0]"},
	{"model twice", change(`models: [{"h": 4}, {"h": 4, "heads": 1}]`), "", "models[1]", "is the model h4-l1 of models[0] again"},

	// Names and choices.
	{"name that is a path", change(`name: "../up"`), "", "name", `"../up" is no name`},
	{"empty name", change(`name: ""`), "", "name", `"" is no name`},
	{"long name", change(`name: "` + strings.Repeat("n", 64) + `"`), "", "name", "is no name"},
	{"unknown schedule", change(`recipe: {"schedule": "cosin"}`), "", "recipe.schedule", `"cosin" is not known`},
	{"unknown numerics", change(`numerics: "gpu"`), "", "numerics", `"gpu" is no arithmetic`},
	{"level of certainty", change(`fit: {"level": 1}`), "", "fit.level", "1 is not below 1"},

	// Data sets.
	{"same name", change(`datasets: [{"name": "a", "files": {"include": ["x"]}}, {"name": "a", "files": {"include": ["y"]}}]`), "", "datasets[1].name", `"a" is a data set of datasets[0]`},
	{"same name by a seed", change(`datasets: [{"name": "a-g2", "files": {"include": ["x"]}}, {"name": "a", "grammar": {"nonterminals": 3, "terminals": 20, "options": 2, "length": 2}, "grammar_seeds": [1, 2]}]`), "", "datasets[1].name", `"a-g2"`},
	{"grammar and files", change(grammar(10, 150, 5, 3, `, "files": {"include": ["x"]}`)), "", "datasets[0]", "has both grammar and files"},
	{"neither grammar nor files", change(`datasets: [{"name": "a"}]`), "", "datasets[0]", "has neither grammar nor files"},
	{"tokenizer of a grammar", change(grammar(10, 150, 5, 3, `, "tokenizer": "bytes"`)), "", "datasets[0].tokenizer", "belongs to a data set of files"},
	{"vocabulary below the data's", change(`vocabulary: 100`), "", "vocabulary", "fewer than the 150 terminals"},
	{"grammar that never terminates", change(grammar(50, 1, 1, 30, "")), "", "datasets[0].grammar", "no derivation from the start symbol ends"},
	{"grammar seed that never terminates", change(grammar(3, 1, 1, 8, `, "grammar_seeds": [1, 2, 3]`)), "", "datasets[0].grammar", "no derivation from the start symbol ends"},

	// Corpora.
	{"no such file", change(files(`"include": ["$DIR/nosuch.txt"]`)), "", "datasets[0].files", "no file matches"},
	{"no file of a pattern", change(files(`"include": ["$DIR/text.txt", "$DIR/*.nosuch"]`)), "", "datasets[0].files", `no file matches`},
	{"folder", change(files(`"include": ["$DIR"]`)), "", "datasets[0].files", "matches a folder and no file"},
	{"unset variable", change(files(`"include": ["${ZIPLAW_NO_SUCH_VARIABLE}/x"]`)), "", "datasets[0].files", "environment variable ZIPLAW_NO_SUCH_VARIABLE"},
	{"variable without an end", change(files(`"include": ["${HOME/x"]`)), "", "datasets[0].files.include[0]", "no pattern of files"},
	{"bracket without an end", change(files(`"include": ["x"], "exclude": ["[a"]`)), "", "datasets[0].files.exclude[0]", "no pattern of files"},
	{"empty file", change(files(`"include": ["$DIR/empty.txt"]`)), "", "datasets[0].files", "none of 1 files holds 64 tokens"},
	{"short file", change(files(`"include": ["$DIR/short.txt"]`)), "", "datasets[0].files", "none of 1 files holds 64 tokens"},
	{"everything excluded", change(files(`"include": ["$DIR/*.txt"], "exclude": ["$DIR/*"]`)), "", "datasets[0].files", "exclude patterns leave no file"},
	{"unreadable file", change(files(`"include": ["$DIR/unreadable.txt"]`)), "", "datasets[0].files", "unreadable.txt"},
	{"corpus below the budgets", change(files(`"include": ["$DIR/text.txt"]`)), "", "budgets", "the largest D possible is 1024"},
	{"corpus below the held-out documents", change(files(`"include": ["$DIR/text.txt"]`), `recipe: {"held_out": 64}`), "", "budgets", "largest D possible is 0"},

	// The grid.
	{"D below one batch", change(`budgets: [64]`), "", "budgets[0]", "64 tokens are below one batch of 2 documents of 64 tokens"},
	{"D that cuts a document", change(`budgets: [4096, 5000]`), "", "budgets[1]", "no whole number of documents"},
	{"context above the model's", change(`context: 131072`), "", "context", "131072 is above 65536"},
	{"context of one token", change(`context: 1`), "", "context", "1 is below 2"},
	{"context above every budget", change(`context: 8192`), "", "budgets[0]", "below one batch"},
	{"odd width", change(`models: [{"h": 5}]`), "", "models[0].h", "5 is odd"},
	{"heads that don't divide", change(`models: [{"h": 8, "heads": 3}]`), "", "models[0].heads", "3 heads don't divide h 8"},
	{"too many cells", change(`seeds: [`+strings.Trim(strings.Repeat("N,", 30000), ",")+`]`, `budgets: [4096, 8192]`), "", "", "120000 cells"},
	{"nothing held out", change(`recipe: {"held_out": 0}`), "", "recipe.held_out", "leave no validation loss"},
	{"rate without a base", change(`recipe: {"held_out": 16, "lr": {"scale": "none"}}`), "", "recipe.lr.base", "missing where scale is none"},
	{"budgets above the store", change(`context: 65536`, `budgets: [70368744177664]`), "", "budgets", "in the store, which has room for"},
}

// badTexts are bad as texts, which only files can be.
var badTexts = []badSpec{
	{"empty", nil, "", "", "the spec is empty"},
	{"white", nil, " \n\t\n", "", "the spec is empty"},
	{"comment", nil, "# nothing yet\n", "", "the spec is empty"},
	{"list", nil, "- 1\n- 2\n", "", "is a list, not a mapping"},
	{"text", nil, "quick\n", "", "is text, not a mapping"},
	{"number", nil, "7\n", "", "not a mapping"},
	{"no YAML", nil, "version: 1\n\tname: x\n", "", "no YAML"},
	{"no JSON", nil, "{\"version\": 1,\n\t\"name\": }", "", "no JSON"},
	{"two documents", nil, "version: 1\n---\nversion: 1\n", "", "more than one document"},
	{"key twice", nil, "version: 1\nname: a\nname: b\n", "name", "given twice, at lines 2 and 3"},
	{"number that no computer holds", nil, `{"fit": {"delta": 1e999}}`, "fit.delta", "out of range"},
	{"NaN", nil, "fit: {delta: .nan}\n", "fit.delta", "no finite number"},
	{"infinity", nil, "recipe: {lr: {base: -.inf}}\n", "recipe.lr.base", "no finite number"},
	{"octal", nil, "seeds: [010]\n", "seeds[0]", "octal"},
	{"tag", nil, "context: !tokens 64\n", "context", "unknown tag"},
	{"endless", nil, "datasets: &a [*a]\n", "", "nested too deeply"},
	{"binary", nil, "\x7fELF\x02\x01\x00\xff\xfe", "", "no YAML"},
	{"huge", nil, "name: " + strings.Repeat("x", 1<<20), "", "1048582 bytes"},
}

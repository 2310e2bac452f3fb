package dataset

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/content"
	"github.com/ziplaw/ziplaw/internal/pcfg"
	"github.com/ziplaw/ziplaw/internal/spec"
)

// study is a study of one data set.
func study(t *testing.T, entry string, lines ...string) ziplaw.Study {
	t.Helper()
	lines = append(lines, "version: 1", "name: s", "context: 16", "datasets: ["+entry+"]", "models: [{h: 4}]", "budgets: [512]", "recipe: {held_out: 4}")
	s, err := spec.Parse([]byte(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func open(t *testing.T, s ziplaw.Study) Source {
	t.Helper()
	src, err := Open(t.Context(), s, s.DataSets()[0], Options{})
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func params(t *testing.T, src Source) string {
	t.Helper()
	b, err := json.Marshal(src.Origin().Params)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestParamsOfARandomGrammar are what the keys of all studies of random grammars depend on.
func TestParamsOfARandomGrammar(t *testing.T) {
	const want = `{"class":{"nonterminals":3,"terminals":20,"options":2,"length":2,"separator":"reserved","pfsa":"none"},` +
		`"grammar":"bd25910d9d7939a1df25b86b5026d79ba3e1400894d013a4b1fa5ed534a499a5","grammar_seed":2,"sampler":1,"sampling_seed":3,"separator":"reserved"}`
	s := study(t, "{name: g, grammar: {nonterminals: 3, terminals: 20, options: 2, length: 2, separator: reserved}, grammar_seeds: [2], sampling_seed: 3}")
	if got := params(t, open(t, s)); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestGrammarOfAFile: a random grammar that was written to a file gives the same documents, whatever the file is called and
// however it is written; its key says nothing of class and path.
func TestGrammarOfAFile(t *testing.T) {
	random := open(t, study(t, "{name: g, grammar: {nonterminals: 10, terminals: 150, options: 5, length: 3}, grammar_seeds: [2], sampling_seed: 3}"))
	text := string(random.Origin().Text)
	var first string
	for name, text := range map[string]string{
		"a.txt": text, "[b]*?.txt": "# in other words\n" + strings.ReplaceAll(text, "'", `"`), "c": strings.ReplaceAll(text, " | ", "\\\n | "),
	} {
		src := open(t, study(t, "{name: g, grammar: {file: '"+write(t, name, text)+"'}, sampling_seed: 3}"))
		got := params(t, src)
		if first == "" {
			first = got
		}
		if got != first || strings.Contains(got, "txt") || strings.Contains(got, "class") || strings.Contains(got, "grammar_seed") || !strings.Contains(got, `"sampler":1,"sampling_seed":3,"separator":"shared"`) {
			t.Errorf("%s: %s, and %s", name, got, first)
		}
		a, b := random.Origin(), src.Origin()
		if string(b.Text) != string(a.Text) || b.Kind != "grammar" || b.MeanChildren != a.MeanChildren || b.Termination != a.Termination || src.Len() != Unbounded {
			t.Errorf("%s: its origin is %+v", name, b)
		}
		for i := range 20 {
			want, _ := random.Train(nil, i)
			got, _ := src.Train(nil, i)
			held, _ := src.HeldOut(nil, i)
			if !slices.Equal(got, want) || slices.Equal(held, want) {
				t.Fatalf("%s: document %d is %v, want %v; held out is %v", name, i, got, want, held)
			}
		}
	}
}

func TestGrammarOfWords(t *testing.T) {
	file := write(t, "g.txt", "S -> 'the' N [1]\nN -> 'dog' [0.5] | '7' [0.5]\n")
	shared, reserved := open(t, study(t, "{name: g, grammar: {file: '"+file+"'}}")), open(t, study(t, "{name: g, grammar: {file: '"+file+"', separator: reserved}}"))
	if a, b := params(t, shared), params(t, reserved); a != b || !strings.Contains(a, `"separator":"reserved"`) {
		t.Errorf("one separator gives %s and the other %s", a, b)
	}
	if got := shared.Vocabulary(); !slices.Equal(got, []int32{0, 1, 2, 3}) {
		t.Errorf("vocabulary %v", got)
	}
	doc, _ := shared.Train(nil, 0)
	if len(doc) != 16 || doc[0] != 3 || doc[2] != 0 || doc[3] != 3 {
		t.Errorf("document %v", doc)
	}
}

// TestLargeTokenIDs of a grammar need no memory of their size.
func TestLargeTokenIDs(t *testing.T) {
	s := study(t, "{name: g, grammar: {file: '"+write(t, "g.txt", "S -> '2000000000' [0.5] | '2147483646' '5' [0.5]")+"', separator: reserved}}")
	v := NewVocabulary(s, open(t, s).Vocabulary())
	doc := []int32{6, 2000000001, 0, 2147483647}
	if err := v.Compact(doc); err != nil || !slices.Equal(doc, []int32{1, 2, 0, 3}) || v.index != nil {
		t.Errorf("%v, %v, an index of %d", doc, err, len(v.index))
	}
	if err := v.Compact([]int32{7}); err == nil {
		t.Error("an id that isn't there has a place")
	}
}

func TestBadGrammarFiles(t *testing.T) {
	t.Setenv("ZIPLAW_TEST_RELATIVE", "g")
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	long := write(t, "long.txt", "")
	if err := os.Truncate(long, mostGrammar+1); err != nil {
		t.Fatal(err)
	}
	const anywhere = "datasets[0].grammar.file"
	for _, c := range []struct {
		name, file           string
		lines                []string
		field, message, hint string
	}{
		{"none", "/nosuch/g.txt", nil, anywhere, "/nosuch/g.txt: open: no such file", "a grammar in NLTK's PCFG syntax"},
		{"relative", "g.txt", nil, anywhere, `"g.txt" is a relative path, and there is no spec file`, "a file that can be read"},
		{"relative variable", "${ZIPLAW_TEST_RELATIVE}/x", nil, anywhere, "the variable must hold an absolute one", ""},
		{"no variable", "${ZIPLAW_TEST_NOT_SET}/x", nil, anywhere, "environment variable ZIPLAW_TEST_NOT_SET", ""},
		{"folder", t.TempDir(), nil, anywhere, "is a folder and no file", ""},
		{"pipe", pipe, nil, anywhere, "is a pipe and no file", ""},
		{"device", "/dev/zero", nil, anywhere, "is a device and no file", ""},
		{"too long", long, nil, anywhere, "a grammar has at most 64 MiB of text", ""},
		{"no archive", write(t, "g.gz", "S -> '1' [1]"), nil, anywhere, "g.gz: ", ""},
		{"syntax", write(t, "bad.txt", "S -> A [1]\n\nA -> '1' [0.5]\n"), nil, anywhere, "bad.txt: line 3: the probabilities of A sum to 0.5, not 1", "S -> A '17'"},
		{"nothing", write(t, "empty.txt", ""), nil, anywhere, "empty.txt: there is no rule", "S -> A '17'"},
		{"endless", write(t, "never.txt", "S -> S '1' [1]"), nil, anywhere, "never.txt: no derivation from the start symbol ends: every rule leads back to S", "a rule that ends"},
		{"slow", write(t, "slow.txt", "S -> A '1' [1]\nA -> A A [0.5] | [0.5]"), nil, anywhere, "slow.txt: A stands for no token", "a rule that ends"},
		{"silent", write(t, "silent.txt", "S -> [1]"), nil, anywhere, "silent.txt: its documents hold no token but 0", "terminals"},
		{"small vocabulary", write(t, "g.txt", "S -> '19' [1]"), []string{"vocabulary: 19"}, "vocabulary", "19 ids have no room for the tokens 0 to 19 of datasets[0].grammar.file", "at least 20"},
		{"vocabulary of words", write(t, "g.txt", "S -> 'b' 'a' [1]"), []string{"vocabulary: 2"}, "vocabulary", "the tokens 0 to 2 of", "at least 3"},
	} {
		s := study(t, "{name: g, grammar: {file: '"+c.file+"'}}", c.lines...)
		_, err := Open(t.Context(), s, s.DataSets()[0], Options{})
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		e := ziplaw.AsError(err)
		if e.Code != ziplaw.CodeBadSpec || e.Field != c.field || !strings.Contains(e.Message, c.message) || !strings.Contains(e.Hint, c.hint) {
			t.Errorf("%s: code %s, field %q, message %q, hint %q;\nwant field %q, message with %q, hint with %q", c.name, e.Code, e.Field, e.Message, e.Hint, c.field, c.message, c.hint)
		}
	}
	s := study(t, "{name: g, grammar: {file: '"+write(t, "g.txt", "S -> '19' [1]")+"'}}", "vocabulary: 20")
	open(t, s)
	s.Recipe.PadTargets = "counted"
	if _, err := Open(t.Context(), s, s.DataSets()[0], Options{}); err == nil || !strings.Contains(err.Error(), "and the pad id") {
		t.Errorf("no room for the pad id: %v", err)
	}
}

func TestReadGrammarOfAStream(t *testing.T) {
	g, err := ReadGrammar(content.New("standard input", strings.NewReader("S -> 'a' [1]"), content.Options{}))
	if err != nil || !slices.Equal(g.Words(), []string{"a"}) {
		t.Errorf("%v, %v", g, err)
	}
	if _, err := ReadGrammar(content.New("x", strings.NewReader("S"), content.Options{})); err == nil {
		t.Error("no error")
	} else if _, ok := err.(*pcfg.ParseError); !ok { //nolint:errorlint // nothing wraps it
		t.Errorf("%T", err)
	}
}

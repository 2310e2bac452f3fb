package plan

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/spec"
)

const base = `
version: 1
name: base
context: 32
datasets:
  - {name: g, grammar: {nonterminals: 3, terminals: 20, options: 2, length: 2}, grammar_seeds: [1], sampling_seed: 1}
models: [{h: 4, layers: 1}, {h: 8, layers: 1}]
budgets: [256, 512]
seeds: [1, 2]
recipe: {batch: 2, held_out: 4, lr: {base: 0.2, scale: inverse_width, max: 0.02}}
compressibility: {documents: 8}
`

func check(t *testing.T, text string) *Plan {
	t.Helper()
	s, err := spec.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Check(context.Background(), s, Room{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// keysOf are the keys of a study's first data set by the rest of the cells' ids.
func keysOf(t *testing.T, text string) map[string]ziplaw.Key {
	t.Helper()
	p := check(t, text)
	keys, err := p.Keys(context.Background(), p.DataSets[0])
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]ziplaw.Key{}
	for i, c := range p.Study.Cells(p.DataSets[0].Name) {
		by[strings.TrimPrefix(c.String(), c.Study+"/"+c.DataSet+"/")] = keys[i]
	}
	return by
}

func edit(old, new string) string { return strings.Replace(base, old, new, 1) }

// What determines no result is in no key, and a study that grows keeps its cells' keys.
func TestKeysThatStay(t *testing.T) {
	want := keysOf(t, base)
	if len(want) != 8 {
		t.Fatalf("%d keys, want 8", len(want))
	}
	for name, text := range map[string]string{
		"study's name":        edit("name: base", "name: other"),
		"data set's name":     edit("{name: g,", "{name: other,"),
		"loss of the fit":     base + "fit: {final: last}\n",
		"models kept":         base + "keep_models: false\n",
		"checkpoint interval": base + "checkpoint_seconds: 1\n",
		"larger budget":       edit("[256, 512]", "[256, 512, 4096]"),
		"uneven budget":       edit("[256, 512]", "[256, 512, 992]"),
		"more seeds":          edit("seeds: [1, 2]\nrecipe", "seeds: [1, 2, 3]\nrecipe"),
		"more models":         edit("{h: 8, layers: 1}]", "{h: 8, layers: 1}, {h: 8, layers: 2}]"),
		"sample for H":        edit("documents: 8", "documents: 100"),
		"another data set": edit("models:", `  - {name: g2, grammar: {nonterminals: 4, terminals: 9, options: 2, length: 2}, grammar_seeds: [1]}
models:`),
		"the same rate, another way": edit("lr: {base: 0.2, scale: inverse_width, max: 0.02}", "lr: {base: 0.02, scale: none}"),
	} {
		got := keysOf(t, text)
		for cell, key := range want {
			if got[cell] != key {
				t.Errorf("%s: the key of %s changes", name, cell)
			}
		}
	}
}

// What determines a result is in the key.
func TestKeysThatChange(t *testing.T) {
	want := keysOf(t, base)
	for name, text := range map[string]string{
		"grammar seed":       edit("grammar_seeds: [1]", "grammar_seeds: [2]"),
		"sampling seed":      edit("sampling_seed: 1", "sampling_seed: 2"),
		"separator":          edit("length: 2}", "length: 2, separator: reserved}"),
		"context":            edit("context: 32", "context: 16"),
		"batch":              edit("batch: 2", "batch: 4"),
		"rate":               edit("max: 0.02", "max: 0.01"),
		"schedule":           edit("batch: 2", "batch: 2, schedule: constant"),
		"warm-up":            edit("batch: 2", "batch: 2, warmup: 0.5"),
		"adamw":              edit("batch: 2", "batch: 2, adamw: transformers"),
		"weight decay":       edit("batch: 2", "batch: 2, weight_decay: 0.1"),
		"pad targets":        edit("batch: 2", "batch: 2, pad_targets: counted"),
		"held-out documents": edit("held_out: 4", "held_out: 8"),
		"vocabulary":         edit("context: 32", "context: 32\nvocabulary: 32001"),
		"heads":              strings.ReplaceAll(base, "layers: 1", "layers: 1, heads: 2"),
		"intermediate size":  strings.ReplaceAll(base, "layers: 1", "layers: 1, intermediate: 12"),
	} {
		seen := map[ziplaw.Key]bool{}
		for _, key := range want {
			seen[key] = true
		}
		for cell, key := range keysOf(t, text) {
			if seen[key] {
				t.Errorf("another %s leaves the key of %s", name, cell)
			}
		}
	}
}

func TestCellsHaveKeysOfTheirOwn(t *testing.T) {
	seen := map[ziplaw.Key]string{}
	for cell, key := range keysOf(t, base) {
		if other, twice := seen[key]; twice {
			t.Errorf("%s and %s have one key", cell, other)
		}
		seen[key] = cell
	}
}

// A corpus is known by its bytes, wherever it lies.
func TestCorporaAreKnownByTheirBytes(t *testing.T) {
	text := strings.Repeat("what is written here is read again and again. ", 100)
	in := func(content string) string {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return edit("{name: g, grammar: {nonterminals: 3, terminals: 20, options: 2, length: 2}, grammar_seeds: [1], sampling_seed: 1}",
			"{name: f, files: {include: ['"+dir+"/*']}, tokenizer: bytes}")
	}
	want, moved, other := keysOf(t, in(text)), keysOf(t, in(text)), keysOf(t, in(strings.ReplaceAll(text, "what", "that")))
	for cell, key := range want {
		if moved[cell] != key {
			t.Errorf("%s: another key in another folder", cell)
		}
	}
	if other["h4-l1/D512/s1"] == want["h4-l1/D512/s1"] {
		t.Error("other bytes leave the key")
	}
}

func TestVersionIsThatOfSpecAndData(t *testing.T) {
	if check(t, base).Version == check(t, base+"fit: {final: last}\n").Version {
		t.Error("another fit leaves the version")
	}
	if check(t, base).Version != check(t, base+"fit: {final: validation}\n").Version {
		t.Error("writing out a default changes the version")
	}
}

func TestStudyThatDoesNotFit(t *testing.T) {
	s, err := spec.Parse([]byte(base))
	if err != nil {
		t.Fatal(err)
	}
	room := func(n int64) Room { return Room{Capacity: func() (int64, error) { return n, nil }} }
	_, err = Check(context.Background(), s, room(1000))
	if e := ziplaw.AsError(err); e == nil || e.Code != ziplaw.CodeBadSpec || e.Field != "budgets" || !strings.Contains(e.Message, "room for 1000 B") {
		t.Errorf("error %v", err)
	}
	p, err := Check(context.Background(), s, Room{})
	if err != nil {
		t.Fatal(err)
	}
	warned := func(capacity int64) bool {
		p, err := Check(context.Background(), s, room(capacity))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range p.Warnings {
			if w.Code == "no_room_for_checkpoints" {
				return true
			}
		}
		return false
	}
	if !warned(p.Store) || !warned(p.Store+1) || warned(1<<40) {
		t.Error("no warning where there is no room for checkpoints, or one where there is")
	}
	if _, err := Check(context.Background(), s, Room{Capacity: func() (int64, error) { return 0, errors.New("no disk") }}); err == nil {
		t.Error("an unknown capacity is no error")
	}
}

// TestCellsFitTheMemory: a model that no worker can train is refused with its place in the spec.
func TestCellsFitTheMemory(t *testing.T) {
	s, err := spec.Parse([]byte(base))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Check(context.Background(), s, Room{})
	if err != nil {
		t.Fatal(err)
	}
	need := func(m ziplaw.Model) int64 {
		return Config(s, ziplaw.Cell{Model: m}, p.DataSets[0].Vocabulary).MemoryBytes(s.Recipe.Batch)
	}
	small, large := need(s.Models[0]), need(s.Models[1])
	if _, err := Check(context.Background(), s, Room{Memory: large}); err != nil || small >= large {
		t.Errorf("%d bytes for cells of %d and %d: %v", large, small, large, err)
	}
	_, err = Check(context.Background(), s, Room{Memory: large - 1})
	if e := ziplaw.AsError(err); e == nil || e.Field != "models[1]" || !strings.Contains(e.Hint, "--memory") {
		t.Errorf("error %v", err)
	}
}

// The counts are those of the architecture (the paper, table 6) and of the definitions of D and of 6ND.
func TestCost(t *testing.T) {
	s, err := spec.Parse([]byte(strings.ReplaceAll(edit("{h: 4, layers: 1}, {h: 8, layers: 1}", "{h: 64, layers: 2}"), "[256, 512]", "[512, 1056]")))
	if err != nil {
		t.Fatal(err)
	}
	cells := s.Cells("g")
	c := Cost(s, cells[len(cells)-1], 32001, func(int) float64 { return 1e9 })
	if c.N != 4_178_368 || c.NBody != 82_240 || c.D != 1056 || c.Steps != 17 {
		t.Errorf("%+v", c)
	}
	if want := 6 * 4_178_368.0 * 1056; c.FLOPs6ND != want {
		t.Errorf("6ND %v, want %v", c.FLOPs6ND, want)
	}
	if c.Seconds != c.FLOPs/1e9 || c.FLOPs <= 0 || c.FLOPs >= c.FLOPs6ND {
		t.Errorf("%v FLOPs in %v s", c.FLOPs, c.Seconds)
	}
	var total Totals
	total.Add(c)
	total.Add(c)
	if total.Cells != 2 || total.D != 2*1056 || total.FLOPs != 2*c.FLOPs || total.Bytes != c.Bytes {
		t.Errorf("totals %+v", total)
	}
}

// TestOnCUDA: models that a kind of device has no room for are refused before anything runs, and a study that leaves the kind open
// has no version.
func TestOnCUDA(t *testing.T) {
	text := edit("budgets:", "numerics: cuda\nbudgets:")
	if p := check(t, text); p.Version != "" {
		t.Error("a study has a version before its kind of device is known")
	}
	pinned := strings.Replace(text, "numerics: cuda", "numerics: cuda/1/GPU/float32/own-1", 1)
	p := check(t, pinned)
	if p.Version == "" || p.Version == check(t, base).Version {
		t.Error("the version isn't that of the device's arithmetic")
	}
	cuda, cpu := keysOf(t, pinned), keysOf(t, base)
	for cell, key := range cuda {
		if key == cpu[cell] {
			t.Errorf("%s has one key on both", cell)
		}
	}
	for name, c := range map[string]struct{ old, new, field, message string }{
		"a head too wide": {"{h: 8, layers: 1}", "{h: 1024, layers: 1, heads: 2}", "models[1].heads", "heads of 512 columns"},
		"too large":       {"{h: 8, layers: 1}", "{h: 4096, layers: 40, heads: 32}", "models[1]", "the device has 16 GiB"},
	} {
		s, err := spec.Parse([]byte(strings.Replace(pinned, c.old, c.new, 1)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = Check(t.Context(), s, Room{Memory: 16 << 30})
		if e := ziplaw.AsError(err); e == nil || e.Field != c.field || !strings.Contains(e.Message, c.message) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSidesOfMatrices: a batch or a vocabulary that is too long for the kernels is refused with its field.
func TestSidesOfMatrices(t *testing.T) {
	s := check(t, edit("budgets:", "numerics: cuda\nbudgets:")).Study
	if err := (&Plan{Study: s}).fitsSides(); err != nil {
		t.Error(err)
	}
	s.Recipe.Batch, s.Context = 4096, 1024
	err := (&Plan{Study: s, DataSets: []DataSet{{Vocabulary: 5_000_000}}}).fitsSides()
	if err == nil || !strings.Contains(err.Error(), "recipe.batch: positions of a batch: 4194304") || !strings.Contains(err.Error(), "vocabulary: ids") {
		t.Errorf("too long: %v", err)
	}
}

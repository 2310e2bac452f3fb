package llama

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

func TestModelFile(t *testing.T) {
	trainer := tinyTrainer(t, 1)
	state := finish(t, trainer)
	model, err := trainer.Model()
	if err != nil {
		t.Fatal(err)
	}
	f, err := Open(model)
	if err != nil {
		t.Fatal(err)
	}
	g, err := Open(state)
	if err != nil {
		t.Fatal(err)
	}
	if f.Header.Config != tiny || f.Header.Step != 9 || f.Header.Numerics != NumericsID {
		t.Errorf("header %+v", f.Header)
	}
	for _, name := range []string{embedName, "layers.1.down", normName} {
		if x := f.Array(name); len(x) == 0 || !slices.Equal(x, g.Array(name)) {
			t.Errorf("%s isn't the same in the model and in the snapshot", name)
		}
	}
	if !slices.Equal(g.Array("losses"), trainer.Losses()) {
		t.Error("the snapshot has other losses")
	}
	if f.Array("losses") != nil || g.Array("m.embed") == nil {
		t.Error("a model has losses, or a snapshot no moments")
	}
	if err := trainer.Restore(model); !errors.Is(err, ErrForeign) {
		t.Errorf("training goes on from a model without moments: %v", err)
	}
}

func TestCorruptFiles(t *testing.T) {
	trainer := tinyTrainer(t, 1)
	good := finish(t, trainer)
	flip := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 1
		return b
	}
	for _, test := range []struct {
		name, says string
		bytes      []byte
	}{
		{"empty", "begin", nil},
		{"magic", "begin", flip(0)},
		{"version", "version", flip(8)},
		{"header's length", "header", flip(15)},
		{"header", "digest", flip(100)},
		{"a weight", "digest", flip(len(good) / 2)},
		{"digest", "digest", flip(len(good) - 1)},
		{"cut", "digest", good[:len(good)-4]},
		{"shape", "numbers wanted", forge(t, good, func(h *Header) { h.Config.Layers = 1 })},
		{"huge", "larger than any", forge(t, good, func(h *Header) { h.Config.Vocab = 1 << 40 })},
		{"arrays", "arrays", forge(t, good, func(h *Header) { h.Arrays[3].Offset += 4 })},
		{"step", "step 10", forge(t, good, func(h *Header) { h.Step = 10 })},
	} {
		err := trainer.Restore(test.bytes)
		if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestForeignFiles(t *testing.T) {
	trainer := tinyTrainer(t, 1)
	good := finish(t, trainer)
	for name, change := range map[string]func(*Header){
		"arithmetic": func(h *Header) { h.Numerics = "cuda/1" },
		"seed":       func(h *Header) { h.Seed = 2 },
		"recipe":     func(h *Header) { h.Recipe.LearningRate = 1 },
		"model":      func(h *Header) { h.Config.Heads = 1 },
		"documents":  func(h *Header) { h.Documents = 27 },
	} {
		if err := trainer.Restore(forge(t, good, change)); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !bytes.Equal(snapshot(t, trainer), good) {
		t.Error("a refused snapshot changed the trainer")
	}
}

// forge changes a file's header and makes its digest right again.
func forge(t testing.TB, file []byte, change func(*Header)) []byte {
	t.Helper()
	f, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	change(&f.Header)
	text, err := json.Marshal(f.Header)
	if err != nil {
		t.Fatal(err)
	}
	return sealed(text, f.data)
}

func sealed(header, data []byte) []byte {
	b := []byte(fileMagic)
	b = binary.LittleEndian.AppendUint32(b, fileVersion)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(header)))
	b = slices.Concat(b, header, data)
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

// FuzzOpen gives Open headers of any kind behind a right digest: it refuses, or what it accepts is whole.
func FuzzOpen(f *testing.F) {
	c := Config{Vocab: 2, Hidden: 2, Intermediate: 1, Layers: 1, Heads: 1, Context: 2}
	trainer, err := New(c, quickRecipe(1), kernel.NewCPU(1), 1, Slice{{0, 1}})
	if err != nil {
		f.Fatal(err)
	}
	file, err := trainer.Snapshot()
	if err != nil {
		f.Fatal(err)
	}
	good, err := Open(file)
	if err != nil {
		f.Fatal(err)
	}
	text, err := json.Marshal(good.Header)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text, good.data)
	f.Add([]byte(`{"config":{"vocab":1048576,"hidden":1048576,"layers":1}}`), []byte{})
	f.Fuzz(func(t *testing.T, header, data []byte) {
		opened, err := Open(sealed(header, data))
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Errorf("error %v isn't ErrCorrupt", err)
			}
			return
		}
		for _, a := range opened.Header.Arrays {
			if opened.Array(a.Name) == nil {
				t.Errorf("array %s is missing", a.Name)
			}
		}
	})
}

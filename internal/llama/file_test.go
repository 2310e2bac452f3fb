package llama

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

func TestModelFile(t *testing.T) {
	trainer := tinyTrainer(t, 1)
	state := finish(t, trainer)
	model, err := trainer.Model()
	if err != nil {
		t.Fatal(err)
	}
	b := content(t, model)
	h, _ := parts(t, b)
	f, g := arrays(t, b), arrays(t, state)
	if h.Config != tiny || h.Step != 9 || h.Numerics != NumericsID {
		t.Errorf("header %+v", h)
	}
	for _, name := range []string{embedName, "layers.1.down", normName} {
		if x := f[name]; len(x) == 0 || !slices.Equal(x, g[name]) {
			t.Errorf("%s isn't the same in the model and in the snapshot", name)
		}
	}
	if !slices.Equal(g["losses"], trainer.Losses()) {
		t.Error("the snapshot has other losses")
	}
	if f["losses"] != nil || g["m.embed"] == nil {
		t.Error("a model has losses, or a snapshot no moments")
	}
	if err := restore(trainer, b); !errors.Is(err, ErrForeign) {
		t.Errorf("training goes on from a model without moments: %v", err)
	}
}

// content reads a state twice, in pieces of two sizes, and closes it.
func content(t *testing.T, s *State) []byte {
	t.Helper()
	defer s.Close()
	b, err := io.ReadAll(s.Reader())
	if err != nil {
		t.Fatal(err)
	}
	again, err := io.ReadAll(iotest.OneByteReader(s.Reader()))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b, again) || int64(len(b)) != s.Size() {
		t.Fatalf("a state of %d bytes is read as %d, and then as others", s.Size(), len(b))
	}
	return b
}

func restore(t *Trainer, b []byte) error { return t.Restore(bytes.NewReader(b), int64(len(b))) }

// parts are a good file's header and numbers.
func parts(t testing.TB, b []byte) (Header, []byte) {
	t.Helper()
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	end := len(b) - sha256.Size
	return f.Header, b[end-4*f.Header.floats() : end]
}

// arrays are a file's, by their names.
func arrays(t testing.TB, b []byte) map[string][]float32 {
	t.Helper()
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	all, at := map[string][]float32{}, 0
	for _, a := range f.Header.Arrays {
		x := make([]float32, Tensor{Shape: a.Shape}.Len())
		if err := f.Floats(x); err != nil || a.Offset != 4*at {
			t.Fatalf("array %s at %d: %v", a.Name, a.Offset, err)
		}
		all[a.Name], at = x, at+len(x)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return all
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
		{"header", "every size", flip(100)},
		{"a weight", "digest", flip(len(good) / 2)},
		{"digest", "digest", flip(len(good) - 1)},
		{"cut", "numbers wanted", good[:len(good)-4]},
		{"longer", "numbers wanted", append(bytes.Clone(good), 0, 0, 0, 0)},
		{"shape", "numbers wanted", forge(t, good, func(h *Header) { h.Config.Layers = 1 })},
		{"huge", "larger than any", forge(t, good, func(h *Header) { h.Config.Vocab = 1 << 40 })},
		{"arrays", "arrays", forge(t, good, func(h *Header) { h.Arrays[3].Offset += 4 })},
		{"step", "step 10", forge(t, good, func(h *Header) { h.Step = 10 })},
	} {
		err := restore(trainer, test.bytes)
		if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// TestAfterACorruptFile: a trainer that has taken half of a bad file begins anew, and ends as it should.
func TestAfterACorruptFile(t *testing.T) {
	good := finish(t, tinyTrainer(t, 1))
	bad := bytes.Clone(good)
	bad[len(bad)-500] ^= 1
	trainer := tinyTrainer(t, 1)
	for range 3 {
		if err := trainer.Step(); err != nil {
			t.Fatal(err)
		}
	}
	if err := restore(trainer, bad); !errors.Is(err, ErrCorrupt) || trainer.Done() != 0 {
		t.Fatalf("behind a corrupt file at step %d: %v", trainer.Done(), err)
	}
	if !bytes.Equal(finish(t, trainer), good) {
		t.Error("a corrupt file changes the run")
	}
	broken := errors.New("no connection")
	cut := io.MultiReader(bytes.NewReader(good[:len(good)/2]), iotest.ErrReader(broken))
	if err := trainer.Restore(cut, int64(len(good))); !errors.Is(err, broken) || errors.Is(err, ErrCorrupt) || trainer.Done() != 0 {
		t.Errorf("a reader that fails: %v", err)
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
		if err := restore(trainer, forge(t, good, change)); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !bytes.Equal(snapshot(t, trainer), good) {
		t.Error("a refused snapshot changed the trainer")
	}
}

// TestConversion: a trainer that may goes on from another arithmetic's snapshot, and everything that it gives says so. Others take
// neither that snapshot nor what comes of it.
func TestConversion(t *testing.T) {
	const other = "cuda/1/GPU/float32/own-1"
	first := tinyTrainer(t, 1)
	for range 4 {
		if err := first.Step(); err != nil {
			t.Fatal(err)
		}
	}
	theirs := forge(t, snapshot(t, first), func(h *Header) { h.Numerics = other })
	strict, converting := tinyTrainer(t, 1), tinyTrainer(t, 1)
	converting.ConvertFrom(other)
	if err := restore(strict, theirs); !errors.Is(err, ErrForeign) {
		t.Errorf("another arithmetic's snapshot: %v", err)
	}
	if err := restore(converting, theirs); err != nil || converting.Done() != 4 {
		t.Fatalf("at step %d: %v", converting.Done(), err)
	}
	want := []Conversion{{other, 4}}
	end := finish(t, converting)
	if h, _ := parts(t, end); h.Numerics != NumericsID || !slices.Equal(h.Converted, want) || !slices.Equal(converting.Converted(), want) {
		t.Errorf("the end is of %s, converted %v", h.Numerics, h.Converted)
	}
	if err := restore(strict, end); !errors.Is(err, ErrForeign) {
		t.Errorf("a converted run's snapshot: %v", err)
	}
	again := tinyTrainer(t, 1)
	again.ConvertFrom(other)
	if err := restore(again, end); err != nil || !slices.Equal(again.Converted(), want) {
		t.Errorf("restored, it was converted %v: %v", again.Converted(), err)
	}
	if err := restore(again, forge(t, end, func(h *Header) { h.Numerics = "cuda/1/GPU/bfloat16/own-1" })); !errors.Is(err, ErrForeign) {
		t.Errorf("a third arithmetic's snapshot: %v", err)
	}
}

// forge changes a file's header and makes its digest right again.
func forge(t testing.TB, file []byte, change func(*Header)) []byte {
	t.Helper()
	h, data := parts(t, file)
	change(&h)
	text, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	return sealed(text, data)
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
	state, err := trainer.Snapshot()
	if err != nil {
		f.Fatal(err)
	}
	file, err := io.ReadAll(state.Reader())
	if err != nil {
		f.Fatal(err)
	}
	header, numbers := parts(f, file)
	text, err := json.Marshal(header)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text, numbers)
	f.Add([]byte(`{"config":{"vocab":1048576,"hidden":1048576,"layers":1}}`), []byte{})
	f.Fuzz(func(t *testing.T, header, data []byte) {
		b := sealed(header, data)
		opened, err := Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Errorf("error %v isn't ErrCorrupt", err)
			}
			return
		}
		if err := opened.Floats(make([]float32, opened.Header.floats())); err != nil {
			t.Error(err)
		}
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
}

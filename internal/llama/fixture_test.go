package llama

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// fixture is testdata/hf_fixture.json.gz, made by hf_fixture.py with Hugging Face transformers.
type fixture struct {
	Config    Config             `json:"config"`
	Batch     int                `json:"batch"`
	Pad       int32              `json:"pad"`
	LR        float64            `json:"lr"`
	Documents [][][]int32        `json:"documents"`
	Shapes    map[string][]int   `json:"shapes"`
	Initial   map[string]encoded `json:"initial"`
	Runs      []struct {
		AdamW     string             `json:"adamw"`
		Pads      string             `json:"pad_targets"`
		Losses    []float64          `json:"losses"`
		Gradients map[string]encoded `json:"gradients"`
		After     map[string]encoded `json:"after"`
	} `json:"runs"`
}

type encoded []float32

func (e *encoded) UnmarshalText(text []byte) error {
	b, err := base64.StdEncoding.DecodeString(string(text))
	*e = make([]float32, len(b)/4)
	for i := range *e {
		(*e)[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return err
}

func readFixture(t *testing.T) (f fixture) {
	t.Helper()
	file, err := os.Open("testdata/hf_fixture.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err == nil {
		err = json.NewDecoder(z).Decode(&f)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// assemble puts Hugging Face's arrays into the order and layout of Tensors.
func (f fixture) assemble(t *testing.T, arrays map[string]encoded) []float32 {
	all := make([]float32, f.Config.Params())
	for _, tensor := range f.Config.Tensors() {
		out := all[tensor.Offset : tensor.Offset+tensor.Len()]
		if tensor.Name == embedName || len(tensor.Shape) == 1 {
			copy(out, arrays[theirNames(tensor.Name)[0]])
			continue
		}
		column, width := 0, tensor.Shape[1]
		for _, name := range theirNames(tensor.Name) {
			x, shape := arrays[name], f.Shapes[name]
			if shape == nil {
				t.Fatalf("the fixture has no %s", name)
			}
			for o := range shape[0] {
				for i := range shape[1] {
					out[i*width+column+o] = x[o*shape[1]+i]
				}
			}
			column += shape[0]
		}
	}
	return all
}

func theirNames(name string) []string {
	switch name {
	case embedName:
		return []string{"model.embed_tokens.weight"}
	case headName:
		return []string{"lm_head.weight"}
	case normName:
		return []string{"model.norm.weight"}
	}
	parts := strings.SplitN(name, ".", 3)
	theirs := map[string][]string{
		"qkv":            {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"},
		"out":            {"self_attn.o_proj"},
		"gate_up":        {"mlp.gate_proj", "mlp.up_proj"},
		"down":           {"mlp.down_proj"},
		"attention_norm": {"input_layernorm"},
		"mlp_norm":       {"post_attention_layernorm"},
	}[parts[2]]
	names := make([]string, len(theirs))
	for i, n := range theirs {
		names[i] = fmt.Sprintf("model.layers.%s.%s.weight", parts[1], n)
	}
	return names
}

// TestHuggingFace holds losses to 1e-5, and gradients and parameters after five steps to 1e-4 of a tensor's largest
// element, of what transformers computes.
func TestHuggingFace(t *testing.T) {
	f := readFixture(t)
	var docs Slice
	for step := range f.Runs[0].Losses {
		docs = append(docs, f.Documents[step%len(f.Documents)]...)
	}
	gradients := map[string]map[string]encoded{}
	for _, run := range f.Runs {
		if run.Gradients != nil {
			gradients[run.Pads] = run.Gradients
		}
		t.Run(run.AdamW+" "+run.Pads, func(t *testing.T) {
			backend := kernel.NewCPU(1)
			defer backend.Close()
			recipe := Recipe{
				Batch: f.Batch, AdamW: run.AdamW, LearningRate: f.LR, Schedule: ScheduleConstant, PadTargets: run.Pads, Pad: f.Pad,
			}
			trainer, err := New(f.Config, recipe, backend, 1, docs)
			if err != nil {
				t.Fatal(err)
			}
			all := f.assemble(t, f.Initial)
			if err := trainer.Load(func(t Tensor) []float32 { return all[t.Offset : t.Offset+t.Len()] }); err != nil {
				t.Fatal(err)
			}
			compare(t, f.Config, "gradient of", trainer.firstGradients(t), f.assemble(t, gradients[run.Pads]))
			if err := trainer.Run(t.Context(), 1, nil); err != nil {
				t.Fatal(err)
			}
			for i, want := range run.Losses {
				if got := float64(trainer.Losses()[i]); math.Abs(got-want) > 1e-5*want {
					t.Errorf("loss of step %d is %.7f, transformers has %.7f", i+1, got, want)
				}
			}
			compare(t, f.Config, "after five steps,", readAll(t, backend, trainer.model.params), f.assemble(t, run.After))
		})
	}
}

// firstGradients computes the gradients of the first batch, and takes back that it did.
func (t *Trainer) firstGradients(test *testing.T) []float32 {
	m := t.model
	n, err := t.batch.fill(t.config, t.recipe, t.docs, 0)
	if err != nil {
		test.Fatal(err)
	}
	a := m.activations(n)
	m.backend.WriteIDs(a.tokens, t.batch.tokens)
	m.backend.WriteIDs(a.labels, t.batch.labels)
	m.backend.Write(m.lossScale, []float32{lossScale(t.batch.targets)})
	m.forward(a)
	m.backward(a)
	g := readAll(test, m.backend, m.grads)
	m.backend.EmbedClear(m.gradients.embed, a.tokens, t.config.Hidden)
	return g
}

func compare(t *testing.T, c Config, what string, got, want []float32) {
	t.Helper()
	for _, tensor := range c.Tensors() {
		var largest, error float64
		for i := tensor.Offset; i < tensor.Offset+tensor.Len(); i++ {
			largest = max(largest, math.Abs(float64(want[i])))
			error = max(error, math.Abs(float64(got[i])-float64(want[i])))
		}
		if !(error <= 1e-4*largest) {
			t.Errorf("%s %s: largest difference %g, largest element %g", what, tensor.Name, error, largest)
		}
	}
}

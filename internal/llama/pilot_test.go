package llama_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/llama"
	"github.com/ziplaw/ziplaw/internal/pcfg"
)

// pilotRun is one line of results_new.jsonl, the pilot runs that the paper's author published (IBM/ColPret, MIT).
type pilotRun struct {
	Compressibility []float64 `json:"dataset_gzip"` // median and standard deviation of H
	Tokens          int       `json:"token_ct"`
	Size            int       `json:"model_size"`
	Losses          []float64 `json:"train_loss"`
}

// TestPilot trains the two smallest models as the author's pilot did: 13 steps of 32 documents from a grammar of
// H 0.12. Seeds and grammar differ, so that ends may differ by the tolerance. The published loss falls steadily to
// the end, as with a constant rate: a cosine's last steps hardly change it.
func TestPilot(t *testing.T) {
	folder := os.Getenv("ZIPLAW_PILOT_DATA")
	if folder == "" {
		t.Skip("ZIPLAW_PILOT_DATA doesn't name the folder with the published results_new.jsonl")
	}
	docs := pilotDocuments(t)
	for _, m := range []struct {
		layers, heads, hidden int
		tolerance             float64 // nats
	}{{2, 1, 64, 0.1}, {4, 2, 128, 0.25}} {
		c := llama.Config{Vocab: 32001, Hidden: m.hidden, Intermediate: 2 * m.hidden, Layers: m.layers, Heads: m.heads, Context: 256}
		published := readPilot(t, folder, c.Params())
		constant := pilotCurve(t, c, llama.ScheduleConstant, docs)
		t.Logf("%d parameters, loss of every step\npublished %.3f\nconstant  %.3f", c.Params(), published, constant)
		if d := constant[12] - published[12]; math.Abs(d) > m.tolerance {
			t.Errorf("%d parameters: the end differs by %.3f nats from the published one", c.Params(), d)
		}
		cosine := pilotCurve(t, c, llama.ScheduleCosine, docs)
		want, a, b := lateFall(published), lateFall(constant), lateFall(cosine)
		t.Logf("cosine    %.3f\nshare of the fall in the last four steps: published %.3f, constant %.3f, cosine %.3f", cosine, want, a, b)
		if math.Abs(a-want) >= math.Abs(b-want) {
			t.Errorf("%d parameters: the cosine's end is more like the published one than the constant rate's", c.Params())
		}
	}
}

// lateFall is the share of a curve's whole fall that its last four steps have.
func lateFall(losses []float64) float64 {
	last := len(losses) - 1
	return (losses[last-4] - losses[last]) / (losses[0] - losses[last])
}

// pilotCurve trains with the reference code's recipe and returns the loss of every step.
func pilotCurve(t *testing.T, c llama.Config, schedule string, docs llama.Documents) []float64 {
	t.Helper()
	backend := kernel.NewCPU(1)
	defer backend.Close()
	trainer, err := llama.New(c, llama.Recipe{
		Batch: 32, AdamW: llama.AdamWTransformers, LearningRate: 5e-5, Schedule: schedule,
		PadTargets: llama.PadCounted, Pad: 32000,
	}, backend, 1, docs)
	if err != nil {
		t.Fatal(err)
	}
	if err := trainer.Run(t.Context(), 1, nil); err != nil {
		t.Fatal(err)
	}
	var losses []float64
	for _, l := range trainer.Losses() {
		losses = append(losses, float64(l))
	}
	return losses
}

// readPilot finds the published 13 steps of a model at H 0.12.
func readPilot(t *testing.T, folder string, size int) []float64 {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(folder, "results_new.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(b) {
		var run pilotRun
		if err := json.Unmarshal(line, &run); err != nil {
			t.Fatal(err)
		}
		if run.Size == size && len(run.Losses) == 13 && run.Compressibility[0] < 0.13 {
			return run.Losses
		}
	}
	t.Fatalf("no published run of 13 steps with %d parameters at H 0.12", size)
	return nil
}

// pilotDocuments are 390 documents of the first grammar of the paper's lowest class whose median H is near 0.12.
func pilotDocuments(t *testing.T) llama.Slice {
	t.Helper()
	for seed := range uint64(100) {
		g, err := pcfg.Random(pcfg.Class{Nonterminals: 3, Terminals: 20, Options: 2, Length: 2}, seed, pcfg.ContextFree)
		if err != nil {
			continue // hardly ever ends
		}
		s, err := pcfg.NewSampler(g, pcfg.SamplerOptions{Seed: 1, Context: 256, Separator: pcfg.SharedSeparator})
		if err != nil || len(s.Vocabulary()) < 5 || len(s.Vocabulary()) > 6 {
			continue
		}
		docs := make(llama.Slice, 390)
		for i := range docs {
			docs[i] = s.Document(nil, pcfg.Train, uint64(i))
		}
		if h := medianH(docs); h > 0.115 && h < 0.125 {
			t.Logf("grammar of seed %d: H %.3f, %d tokens in use", seed, h, len(s.Vocabulary()))
			return docs
		}
	}
	t.Fatal("no grammar with H near 0.12")
	return nil
}

func medianH(docs llama.Slice) float64 {
	var h []float64
	for _, doc := range docs {
		var raw, packed bytes.Buffer
		for _, id := range doc {
			_ = binary.Write(&raw, binary.BigEndian, id)
		}
		z, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		_, _ = z.Write(raw.Bytes())
		_ = z.Close()
		h = append(h, float64(packed.Len())/float64(raw.Len()))
	}
	slices.Sort(h)
	return h[len(h)/2]
}

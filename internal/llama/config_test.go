package llama

import (
	"math"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// TestSizesOfThePaper holds N, N without embeddings and FLOPs per token of the paper's six models (table 6).
func TestSizesOfThePaper(t *testing.T) {
	for _, m := range []struct {
		h, layers, heads, n, body int
		megaFLOPs                 float64
	}{
		{64, 2, 1, 4_178_368, 82_240, 13.0},
		{128, 4, 2, 8_848_768, 656_512, 29.3},
		{256, 6, 4, 20_320_000, 3_935_488, 75.1},
		{512, 10, 8, 58_994_176, 26_225_152, 263},
		{1024, 20, 16, 275_295_232, 209_757_184, 1487},
		{2048, 30, 32, 1_389_492_224, 1_258_416_128, 8038},
	} {
		c := paperConfig(m.h, m.layers, m.heads)
		if got := c.Params(); got != m.n {
			t.Errorf("h %d: N is %d, want %d", m.h, got, m.n)
		}
		if got := c.NonEmbeddingParams(); got != m.body {
			t.Errorf("h %d: N without embeddings is %d, want %d", m.h, got, m.body)
		}
		if got := c.FLOPsPerToken() / 1e6; math.Abs(got-m.megaFLOPs) > 0.005*m.megaFLOPs {
			t.Errorf("h %d: %.1f MFLOP a token, want %.1f", m.h, got, m.megaFLOPs)
		}
		last := c.Tensors()[len(c.Tensors())-1]
		if end := last.Offset + last.Len(); end != m.n {
			t.Errorf("h %d: the tensors end at %d, want %d", m.h, end, m.n)
		}
	}
}

func paperConfig(h, layers, heads int) Config {
	return Config{Vocab: 32001, Hidden: h, Intermediate: 2 * h, Layers: layers, Heads: heads, Context: 256}
}

// TestMemory compares the estimate with what training really holds, plus the snapshot that it counts.
func TestMemory(t *testing.T) {
	for _, test := range []struct {
		config         Config
		batch, threads int
	}{
		{Config{Vocab: 300, Hidden: 32, Intermediate: 64, Layers: 1, Heads: 1, Context: 256}, 2, 2},
		{Config{Vocab: 2001, Hidden: 64, Intermediate: 128, Layers: 2, Heads: 2, Context: 64}, 16, 2},
		{Config{Vocab: 2001, Hidden: 64, Intermediate: 128, Layers: 2, Heads: 2, Context: 64}, 16, 1},
		{Config{Vocab: 2001, Hidden: 64, Intermediate: 128, Layers: 2, Heads: 2, Context: 64}, 3, 4},
		{Config{Vocab: 5001, Hidden: 64, Intermediate: 128, Layers: 2, Heads: 2, Context: 128}, 16, 8},
	} {
		device := kernel.CPUDevice{Threads: test.threads}
		backend := kernel.NewCPU(test.threads)
		docs := uniformDocuments(test.config, test.batch)
		trainer, err := New(test.config, quickRecipe(test.batch), backend, 1, docs)
		if err != nil {
			t.Fatal(err)
		}
		if err := trainer.Run(t.Context(), 1, nil); err != nil {
			t.Fatal(err)
		}
		snapshot, err := trainer.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		snapshot.Close()
		held, estimate := backend.Allocated(), device.Bytes(test.config.Demand(test.batch, device))
		if held > estimate+1<<18 || estimate > held+held/8 {
			t.Errorf("%+v, %d documents on %d threads: estimated %d bytes, held %d", test.config, test.batch, test.threads, estimate, held)
		}
		backend.Close()
	}
}

// TestMemoryOfThePaper holds the 20.3M model at batch 32, snapshot included, under 1.3 GB.
func TestMemoryOfThePaper(t *testing.T) {
	for threads := 1; threads <= 2; threads++ {
		device := kernel.CPUDevice{Threads: threads}
		if got := device.Bytes(paperConfig(256, 6, 4).Demand(32, device)); got > 1_300_000_000 {
			t.Errorf("on %d threads the 20.3M model takes %d bytes", threads, got)
		}
	}
}

func TestBadConfig(t *testing.T) {
	good := Config{Vocab: 10, Hidden: 8, Intermediate: 16, Layers: 1, Heads: 2, Context: 8}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Config){
		"no vocabulary": func(c *Config) { c.Vocab = 0 },
		"no layers":     func(c *Config) { c.Layers = 0 },
		"uneven heads":  func(c *Config) { c.Heads = 3 },
		"odd head size": func(c *Config) { c.Heads = 8 },
		"one token":     func(c *Config) { c.Context = 1 },
	} {
		c := good
		change(&c)
		if c.Check() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

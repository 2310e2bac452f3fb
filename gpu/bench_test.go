//go:build cuda

package gpu

import (
	"fmt"
	"testing"

	"github.com/ziplaw/ziplaw/gpu/emul/emultest"
	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/llama"
)

// onGPU opens the first GPU: times of the emulation say nothing. ZIPLAW_DRIVER=system has the tests look for one.
func onGPU(b *testing.B, options ...Option) *Device {
	b.Helper()
	if emultest.Dir() != "" {
		b.Skip("the driver is emulated")
	}
	d, err := Open(0, options...)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.Close() })
	return d
}

func buffersOf(b *testing.B, backend kernel.Backend, sizes ...int) []kernel.Buffer {
	b.Helper()
	_, parts, err := backend.NewBuffers(kernel.Group{Kind: kernel.Activation, Sizes: sizes})
	if err != nil {
		b.Fatal(err)
	}
	return parts
}

// enqueued runs an operation b.N times and waits.
func enqueued(b *testing.B, backend kernel.Backend, read kernel.Buffer, operation func()) {
	b.Helper()
	one := make([]float32, 1)
	wait := func() {
		if err := backend.Read(one, read.Slice(0, 1)); err != nil {
			b.Fatal(err)
		}
	}
	operation()
	wait()
	b.ResetTimer()
	for range b.N {
		operation()
	}
	wait()
}

// BenchmarkProduct has the products of models of 59M and of 1.4B, and large ones.
func BenchmarkProduct(b *testing.B) {
	for _, precision := range Precisions() {
		b.Run(precision, func(b *testing.B) { benchmarkProducts(b, onGPU(b, InPrecision(precision))) })
	}
}

func benchmarkProducts(b *testing.B, d *Device) {
	for _, s := range []struct {
		m, n, k        int
		transA, transB bool
	}{
		{8192, 1536, 512, false, false}, {8192, 512, 1536, false, true}, {512, 1536, 8192, true, false}, {256, 32001, 512, false, false},
		{256, 512, 32001, false, true}, {512, 32001, 256, true, false}, {4096, 4096, 4096, false, false}, {4096, 4096, 4096, false, true}, {4096, 4096, 4096, true, false},
		{8192, 6144, 2048, false, false}, {8192, 2048, 6144, false, true}, {2048, 6144, 8192, true, false}, {8192, 32001, 2048, false, false},
		{8192, 2048, 32001, false, true}, {2048, 32001, 8192, true, false}, {2048, 2048, 8192, true, false}, {1024, 1024, 8192, true, false},
	} {
		b.Run(fmt.Sprintf("%dx%dx%d_%v_%v", s.m, s.n, s.k, s.transA, s.transB), func(b *testing.B) {
			backend, err := d.NewBackend()
			if err != nil {
				b.Fatal(err)
			}
			defer backend.Close()
			x := buffersOf(b, backend, s.m*s.n, s.m*s.k, s.k*s.n)
			enqueued(b, backend, x[0], func() { backend.Product(x[0], x[1], s.transA, x[2], s.transB, s.m, s.n, s.k, false) })
			b.ReportMetric(2*float64(s.m)*float64(s.n)*float64(s.k)*float64(b.N)/b.Elapsed().Seconds()/1e12, "TFLOP/s")
		})
	}
}

// BenchmarkAttention has heads and contexts of several sizes.
func BenchmarkAttention(b *testing.B) {
	d := onGPU(b)
	for _, s := range []kernel.AttentionShape{
		{Batch: 32, Time: 256, Heads: 8, Size: 64}, {Batch: 32, Time: 256, Heads: 16, Size: 128}, {Batch: 2, Time: 4096, Heads: 16, Size: 64},
	} {
		b.Run(fmt.Sprintf("%dx%dx%dx%d", s.Batch, s.Time, s.Heads, s.Size), func(b *testing.B) {
			backend, err := d.NewBackend()
			if err != nil {
				b.Fatal(err)
			}
			defer backend.Close()
			if err := backend.Prepare(kernel.Shape{AttentionShape: s, Vocab: 1}); err != nil {
				b.Fatal(err)
			}
			n := s.Rows() * s.Width()
			x := buffersOf(b, backend, n, 2*s.Rows()*s.Heads, 3*n, 3*n, n)
			enqueued(b, backend, x[0], func() {
				backend.Attention(x[0], x[1], x[2], s)
				backend.AttentionBackward(x[3], x[4], x[0], x[1], x[2], s)
			})
		})
	}
}

// BenchmarkStep trains models on 8,192 tokens a step.
func BenchmarkStep(b *testing.B) {
	for _, m := range []struct {
		name   string
		config llama.Config
	}{
		{"4M", llama.Config{Vocab: 32001, Hidden: 64, Intermediate: 192, Layers: 2, Heads: 4, Context: 256}},
		{"20M", llama.Config{Vocab: 32001, Hidden: 256, Intermediate: 704, Layers: 5, Heads: 8, Context: 256}},
		{"59M", llama.Config{Vocab: 32001, Hidden: 512, Intermediate: 1376, Layers: 8, Heads: 8, Context: 256}},
		{"275M", llama.Config{Vocab: 32001, Hidden: 1024, Intermediate: 2816, Layers: 16, Heads: 16, Context: 256}},
	} {
		for name, options := range map[string][]Option{"graphs": nil, "launches": {WithoutGraphs()}, "tf32": {InPrecision(TF32)}} {
			b.Run(m.name+"/"+name, func(b *testing.B) { benchmarkStep(b, onGPU(b, options...), m.config) })
		}
	}
}

func benchmarkStep(b *testing.B, d *Device, c llama.Config) {
	backend, err := d.NewBackend()
	if err != nil {
		b.Fatal(err)
	}
	defer backend.Close()
	const batch = 32
	docs := make(llama.Slice, batch*(b.N+2))
	for i := range docs {
		docs[i] = make([]int32, c.Context)
		for j := range docs[i] {
			docs[i][j] = int32((i*7919 + j*104729) % c.Vocab)
		}
	}
	r := llama.Recipe{Batch: batch, AdamW: llama.AdamWTorch, LearningRate: 1e-4, Schedule: llama.ScheduleConstant, PadTargets: llama.PadMasked}
	trainer, err := llama.New(c, r, backend, 1, docs)
	if err != nil {
		b.Fatal(err)
	}
	steps := func(n int) {
		for range n {
			if err := trainer.Step(); err != nil {
				b.Fatal(err)
			}
		}
		if err := trainer.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	steps(2)
	b.ResetTimer()
	steps(b.N)
	b.ReportMetric(float64(batch*c.Context*b.N)/b.Elapsed().Seconds(), "tokens/s")
	b.ReportMetric(float64(backend.Allocated())/(1<<30), "GiB")
}

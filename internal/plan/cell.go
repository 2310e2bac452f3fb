// Package plan says, before anything runs, what a study's cells are, and what each costs. Activities and the
// command line take costs from here, so that both mean the same.
package plan

import (
	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/gpu"
	"github.com/ziplaw/ziplaw/internal/llama"
)

// Config is the cell's model.
func Config(s ziplaw.Study, c ziplaw.Cell, vocabulary int) llama.Config {
	return llama.Config{
		Vocab: vocabulary, Hidden: c.Model.H, Intermediate: c.Model.Intermediate,
		Layers: c.Model.Layers, Heads: c.Model.Heads, Context: s.Context,
	}
}

// Bytes is the memory that training a model takes on one device of the study's arithmetic.
func Bytes(s ziplaw.Study, c llama.Config) int64 {
	if s.OnCUDA() {
		return gpu.Bytes(c.Demand(s.Recipe.Batch, gpu.Batches{}))
	}
	return c.MemoryBytes(s.Recipe.Batch)
}

// Recipe is how the cell is trained. Pad is the id that fills short documents up.
func Recipe(s ziplaw.Study, c ziplaw.Cell, pad int32) llama.Recipe {
	r := s.Recipe
	return llama.Recipe{
		Batch: r.Batch, AdamW: r.AdamW, LearningRate: r.LR.Peak(c.Model.H), WeightDecay: r.WeightDecay,
		Warmup: r.Warmup, Schedule: r.Schedule, PadTargets: r.PadTargets, Pad: pad,
	}
}

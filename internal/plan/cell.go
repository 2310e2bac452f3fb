// Package plan says, before anything runs, what a study's cells are, what each costs and by which key it is known.
// Activities and the command line take keys and costs from here, so that both mean the same.
package plan

import (
	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/llama"
)

// TrainVersion is the version of the TrainCell action: of everything that a cell's result depends on beside its
// parameters and its numerics.
const TrainVersion = 1

// Reading is what a cell reads: which documents, in which order, by their digests.
type Reading struct {
	Order     []int32 // training documents
	Documents string  // digest of the training documents' digests, in order
	HeldOut   string  // digest of the held-out documents' digests
}

// Read gives what a cell of a data set reads.
func Read(s ziplaw.Study, c ziplaw.Cell, m dataset.Manifest, d dataset.Digests) Reading {
	order := dataset.Order(c.Seed, ziplaw.Documents(c.D, s.Context), m.Length)
	return Reading{Order: order, Documents: d.Reading(order), HeldOut: d.HeldOut()}
}

// Action is the cell's action. Its key holds what determines the result and nothing else: no names, no hosts, no
// thread counts, and not the statistic that a fit takes.
func Action(s ziplaw.Study, c ziplaw.Cell, vocabulary int, r Reading) action.Action {
	params := map[string]any{
		"context":    s.Context,
		"vocabulary": vocabulary,
		"model":      c.Model,
		"recipe": map[string]any{
			"batch":        s.Recipe.Batch,
			"adamw":        s.Recipe.AdamW,
			"weight_decay": s.Recipe.WeightDecay,
			"lr":           s.Recipe.LR.Peak(c.Model.H),
			"warmup":       s.Recipe.Warmup,
			"schedule":     s.Recipe.Schedule,
			"pad_targets":  s.Recipe.PadTargets,
		},
		"documents": map[string]any{"count": len(r.Order), "digest": r.Documents},
		"held_out":  map[string]any{"count": s.Recipe.HeldOut, "digest": r.HeldOut},
		"seed":      c.Seed,
		"numerics":  llama.NumericsID,
	}
	return action.Action{Name: "train-cell", Version: TrainVersion, Params: params}
}

// Config is the cell's model.
func Config(s ziplaw.Study, c ziplaw.Cell, vocabulary int) llama.Config {
	return llama.Config{
		Vocab: vocabulary, Hidden: c.Model.H, Intermediate: c.Model.Intermediate,
		Layers: c.Model.Layers, Heads: c.Model.Heads, Context: s.Context,
	}
}

// Recipe is how the cell is trained. Pad is the id that fills short documents up.
func Recipe(s ziplaw.Study, c ziplaw.Cell, pad int32) llama.Recipe {
	r := s.Recipe
	return llama.Recipe{
		Batch: r.Batch, AdamW: r.AdamW, LearningRate: r.LR.Peak(c.Model.H), WeightDecay: r.WeightDecay,
		Warmup: r.Warmup, Schedule: r.Schedule, PadTargets: r.PadTargets, Pad: pad,
	}
}

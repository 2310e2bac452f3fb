package actions

import (
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/llama"
)

// TrainCellParams determine a trained cell: no names, no hosts, no thread counts, and not the statistic that a fit takes.
type TrainCellParams struct {
	Context    int          `json:"context"`
	Vocabulary int          `json:"vocabulary"`
	Model      ziplaw.Model `json:"model"`
	Recipe     CellRecipe   `json:"recipe"`
	Documents  Documents    `json:"documents"`
	HeldOut    Documents    `json:"held_out"`
	Seed       int64        `json:"seed"`
	Numerics   string       `json:"numerics"`
	// ConvertFrom is the arithmetic whose checkpoints the cell may have gone on from: then the key promises no bits.
	ConvertFrom string `json:"convert_from,omitempty"`
}

// CellRecipe is a study's recipe for one model: its learning rate is the model's peak.
type CellRecipe struct {
	Batch       int     `json:"batch"`
	AdamW       string  `json:"adamw"`
	WeightDecay float64 `json:"weight_decay"`
	LR          float64 `json:"lr"`
	Warmup      float64 `json:"warmup"`
	WarmupSteps int     `json:"warmup_steps,omitempty"` // where they aren't the product of floats, rounded up
	Schedule    string  `json:"schedule"`
	PadTargets  string  `json:"pad_targets"`
}

// Documents are documents in their order, by the digest of their digests.
type Documents struct {
	Count  int    `json:"count"`
	Digest string `json:"digest"`
}

// Reading is what a cell reads.
type Reading struct {
	Order   []int32 // training documents
	Train   string  // digest of the training documents' digests, in order
	HeldOut string  // digest of the held-out documents' digests
}

// Read gives what a cell of a data set reads.
func Read(s ziplaw.Study, c ziplaw.Cell, data Sampled) Reading {
	order := dataset.Order(c.Seed, ziplaw.Documents(c.D, s.Context), data.Manifest.Length)
	return Reading{Order: order, Train: data.Digests.Reading(order), HeldOut: data.Digests.HeldOut()}
}

// TrainCell trains a cell of a data set. Its values are a ziplaw.CellResult.
func TrainCell(s ziplaw.Study, c ziplaw.Cell, data Sampled) (action.Action, Reading) {
	r := Read(s, c, data)
	recipe := s.Recipe
	return of(NameTrainCell, TrainCellVersion, TrainCellParams{
		Context: s.Context, Vocabulary: data.Manifest.Vocabulary, Model: c.Model,
		Recipe: CellRecipe{
			Batch: recipe.Batch, AdamW: recipe.AdamW, WeightDecay: recipe.WeightDecay, LR: recipe.LR.Peak(c.Model.H),
			Warmup: recipe.Warmup, WarmupSteps: warmupSteps(recipe, len(r.Order)), Schedule: recipe.Schedule, PadTargets: recipe.PadTargets,
		},
		Documents: Documents{len(r.Order), r.Train}, HeldOut: Documents{recipe.HeldOut, r.HeldOut},
		Seed: c.Seed, Numerics: numericsID(s.Numerics), ConvertFrom: ConvertID(s),
	}), r
}

// warmupSteps names the steps of warm-up where the share times the steps, as floats, would give others. Cells of one key so have the
// same steps whichever of the two rules they were trained by.
func warmupSteps(r ziplaw.Recipe, documents int) int {
	recipe := llama.Recipe{Batch: r.Batch, Warmup: r.Warmup}
	steps := recipe.Steps(documents)
	if n := recipe.WarmupSteps(steps); n != int(math.Ceil(float64(r.Warmup*float64(steps)))) {
		return n
	}
	return 0
}

// ConvertedFrom is the action whose checkpoints a cell may go on from; false where there is none.
func ConvertedFrom(s ziplaw.Study, c ziplaw.Cell, data Sampled) (act action.Action, found bool) {
	if s.ConvertFrom == "" {
		return act, false
	}
	s.Numerics, s.ConvertFrom = s.ConvertFrom, ""
	act, _ = TrainCell(s, c, data)
	return act, true
}

// NumericsID is the id of the arithmetic of a study that is pinned to one.
func NumericsID(s ziplaw.Study) string { return numericsID(s.Numerics) }

// ConvertID is the id of the arithmetic whose checkpoints cells of the study may go on from; empty where there is none.
func ConvertID(s ziplaw.Study) string { return numericsID(s.ConvertFrom) }

func numericsID(named string) string {
	if named == ziplaw.NumericsCPU {
		return llama.NumericsID
	}
	return named
}

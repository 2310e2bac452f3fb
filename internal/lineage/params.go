package lineage

import (
	"encoding/json"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
)

// roleHTML is the report that people read.
const roleHTML = "report.html"

// seed is a seed by what it is for.
type seed struct {
	purpose string
	value   int64
}

// seedsOf are the seeds that an action's parameters hold.
func seedsOf(rec ziplaw.Record) (seeds []seed) {
	add := func(purpose string, value *int64) {
		if value != nil {
			seeds = append(seeds, seed{purpose, *value})
		}
	}
	switch rec.Action {
	case actions.NameSample:
		src := sourceOf(rec)
		add("grammar", src.GrammarSeed)
		add("sampling", src.SamplingSeed)
		add("data", src.DataSeed)
	case actions.NameCompress:
		if p, err := actions.Params[actions.CompressParams](rec); err == nil {
			add("resampling", &p.Seed)
		}
	case actions.NameFit:
		if p, err := actions.Params[actions.FitParams](rec); err == nil {
			add("resampling", &p.Options.Seed)
		}
	case actions.NameTrainCell:
		if p, err := actions.Params[actions.TrainCellParams](rec); err == nil {
			add("training", &p.Seed)
		}
	}
	return seeds
}

// sourceOf is where a sample's documents come from. What can't be decoded is left empty.
func sourceOf(rec ziplaw.Record) (src actions.SampleSource) {
	if p, err := actions.Params[actions.SampleParams](rec); err == nil {
		_ = json.Unmarshal(p.Source, &src)
	}
	return src
}

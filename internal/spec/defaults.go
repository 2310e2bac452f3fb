package spec

import (
	"cmp"
	"slices"

	"github.com/ziplaw/ziplaw"
)

// unset marks a number that the spec leaves out and whose default depends on another key. The schema allows none
// below 0.
const unset = -1

// defaults is a study with the defaults that depend on nothing; decoding a spec over it keeps those left out.
func defaults() ziplaw.Study {
	return ziplaw.Study{
		Context:    256,
		Vocabulary: ziplaw.CompactVocabulary,
		Seeds:      []int64{1},
		Recipe: ziplaw.Recipe{
			Batch: 2, AdamW: "torch",
			LR:     ziplaw.LearningRate{Base: unset, Scale: "inverse_width", Max: unset},
			Warmup: 0.05, Schedule: "cosine", PadTargets: "masked", HeldOut: 128,
		},
		Compressibility: ziplaw.Compressibility{Level: 9, Documents: 1000, Statistic: "median"},
		Fit: ziplaw.FitOptions{
			Final: "validation", K: 10, Delta: 1e-3, Count: "all", Starts: "hoffmann",
			Level: 0.95, Resamples: 400, Seed: 1, Pool: "none", Resampling: "clusters", Untrained: "keep", Loss: "huber",
		},
		Numerics:          ziplaw.NumericsCPU,
		KeepModels:        true,
		CheckpointSeconds: 30,
	}
}

// complete writes out the defaults that depend on other keys, and those inside lists.
func complete(s *ziplaw.Study) {
	for i := range s.Datasets {
		completeDataSet(&s.Datasets[i])
	}
	for i := range s.Models {
		completeModel(&s.Models[i])
	}
	completeRate(&s.Recipe.LR)
	s.Precision = cmp.Or(s.Precision, ziplaw.PrecisionOf(s.Numerics))
	if len(s.Fit.Regress.Exclude) == 0 { // written out, the default is the default
		s.Fit.Regress.Exclude = nil
	}
}

func completeDataSet(d *ziplaw.DataSetSpec) {
	one := int64(1)
	if d.Grammar != nil {
		d.Grammar.Separator = cmp.Or(d.Grammar.Separator, "shared")
		d.SamplingSeed = cmp.Or(d.SamplingSeed, &one)
	}
	if d.Grammar != nil && d.Grammar.File == "" {
		d.Grammar.PFSA = cmp.Or(d.Grammar.PFSA, "none")
		if d.GrammarSeeds == nil {
			d.GrammarSeeds = []int64{1}
		}
	}
	if d.Files != nil {
		completeFiles(d.Files)
		if d.Files.Exclude == nil {
			d.Files.Exclude = []string{}
		}
		d.Tokenizer = cmp.Or(d.Tokenizer, "bytes")
		d.DataSeed = cmp.Or(d.DataSeed, &one)
	}
}

// completeFiles leaves out the usual values of what was added to the spec: studies from before it keep their versions.
func completeFiles(f *ziplaw.Files) {
	for _, usual := range []struct {
		value *string
		name  string
	}{{&f.Repeats, "keep"}, {&f.Format, "auto"}, {&f.TextField, "text"}, {&f.Encoding, "any"}, {&f.OnError, "fail"}} {
		if *usual.value == usual.name {
			*usual.value = ""
		}
	}
}

func completeModel(m *ziplaw.Model) {
	m.Layers = cmp.Or(m.Layers, 1)
	m.Heads = cmp.Or(m.Heads, ziplaw.DefaultHeads(m.H))
	m.Intermediate = cmp.Or(m.Intermediate, ziplaw.DefaultIntermediate(m.H))
}

// completeRate keeps base unset where no default makes sense: without a scale, 0.2 is no rate.
func completeRate(r *ziplaw.LearningRate) {
	scaled := r.Scale == "inverse_width"
	if r.Base == unset && scaled {
		r.Base = 0.2
	}
	if r.Max == unset {
		r.Max = 0
		if scaled {
			r.Max = 0.02
		}
	}
}

// sortAxes puts the axes whose order means nothing in ascending order, so that equal studies are equal text. Data sets
// keep theirs: it is the order of tables.
func sortAxes(s *ziplaw.Study) {
	slices.Sort(s.Budgets)
	slices.Sort(s.Seeds)
	slices.SortFunc(s.Models, func(a, b ziplaw.Model) int {
		return cmp.Or(cmp.Compare(a.H, b.H), cmp.Compare(a.Layers, b.Layers),
			cmp.Compare(a.Heads, b.Heads), cmp.Compare(a.Intermediate, b.Intermediate))
	})
	slices.Sort(s.Fit.Regress.Include)
	slices.Sort(s.Fit.Regress.Exclude)
	for _, d := range s.Datasets {
		slices.Sort(d.GrammarSeeds)
		if d.Files != nil {
			slices.Sort(d.Files.Include)
			slices.Sort(d.Files.Exclude)
		}
	}
}

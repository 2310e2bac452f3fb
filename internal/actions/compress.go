package actions

import (
	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
)

// CompressParams determine the measures of a data set.
type CompressParams struct {
	Documents ziplaw.ArtifactID `json:"documents"` // digests of all documents
	Origin    ziplaw.ArtifactID `json:"origin"`
	IDs       []int32           `json:"ids"` // Manifest.IDs
	// Vocabulary is the ids of the models. Whether padding is a target changes it.
	Vocabulary int    `json:"vocabulary"`
	PadTargets string `json:"pad_targets"`
	// Training documents are read from Length in the order of OrderSeed, the first of the study.
	Training  int   `json:"training"`
	Length    int   `json:"length"`
	OrderSeed int64 `json:"order_seed"`

	Compressibility ziplaw.Compressibility `json:"compressibility"`
	Level           float64                `json:"level"` // of the intervals
	Resamples       int                    `json:"resamples"`
	Seed            int64                  `json:"seed"` // of the resampling
}

// Compress measures a data set: H, the entropies of its tokens, and its duplicates. Its values are a ziplaw.DataSetResult
// without names.
func Compress(s ziplaw.Study, data Sampled) (action.Action, CompressParams) {
	m := data.Manifest
	p := CompressParams{
		Documents: m.Digests, Origin: m.Origin, IDs: m.IDs, Vocabulary: m.Vocabulary, PadTargets: s.Recipe.PadTargets,
		Training: ziplaw.Documents(s.MaxBudget(), s.Context), Length: m.Length, OrderSeed: s.Seeds[0],
		Compressibility: s.Compressibility, Level: s.Fit.Level, Resamples: s.Fit.Resamples, Seed: s.Fit.Seed,
	}
	return of(NameCompress, CompressVersion, p), p
}

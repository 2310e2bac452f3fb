package activities

import (
	"context"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/dataset"
)

const (
	rolePerDocument  = "h-per-document"
	roleSampleRecord = "record:sample"
)

// CompressInput names a stored data set.
type CompressInput struct {
	Spec    ziplaw.ArtifactID `json:"spec"`
	DataSet string            `json:"dataset"`
	Sample  ziplaw.ArtifactID `json:"sample"` // record
}

// CompressResult is the record of a measured data set, and its H.
type CompressResult struct {
	Record ziplaw.ArtifactID `json:"record"`
	H      float64           `json:"h"`
}

// Compress measures a data set: H, the entropies of its tokens, and its duplicates.
func (a *Activities) Compress(ctx context.Context, in CompressInput) (CompressResult, error) {
	beat := startHeartbeat(ctx)
	defer beat.stop()
	done, err := a.compress(ctx, in)
	if err != nil {
		return CompressResult{}, a.end(ctx, err)
	}
	var r ziplaw.DataSetResult
	_, err = a.record(ctx, done.ID, &r)
	return CompressResult{Record: done.ID, H: r.H.Value}, a.end(ctx, err)
}

func (a *Activities) compress(ctx context.Context, in CompressInput) (Done, error) {
	s, d, err := a.dataSet(ctx, in.Spec, in.DataSet)
	if err != nil {
		return Done{}, err
	}
	data, err := a.sampled(ctx, in.Sample)
	if err != nil {
		return Done{}, err
	}
	act := action.Action{Name: "compress", Version: analysis.Version, Params: map[string]any{
		"documents":       data.manifest.Digests,
		"ids":             data.manifest.IDs,
		"training":        ziplaw.Documents(s.MaxBudget(), s.Context),
		"compressibility": s.Compressibility,
		"level":           s.Fit.Level,
		"resamples":       s.Fit.Resamples,
		"seed":            s.Fit.Seed,
	}}
	return a.once(ctx, act, s.Name+"/"+d.Name, func(ctx context.Context, out *draft) error {
		docs, err := a.training(ctx, data.manifest, data.manifest.Documents)
		if err != nil {
			return err
		}
		r, perDocument, err := measure(s, data, docs)
		if err != nil {
			return err
		}
		id, err := a.Store.PutJSON(ctx, perDocument)
		out.in(roleSpec, in.Spec)
		out.in(roleSampleRecord, in.Sample)
		out.out(rolePerDocument, id)
		out.values = r
		return err
	})
}

// measure computes what is known of a data set before training. The result names no data set: its record serves every
// study with these documents.
func measure(s ziplaw.Study, data sampled, docs [][]int32) (ziplaw.DataSetResult, []float64, error) {
	m := data.manifest
	v := dataset.Vocabulary{IDs: m.IDs}
	original := make([][]int32, min(s.Compressibility.Documents, len(docs)))
	for i := range original {
		original[i] = v.Expand(append([]int32{}, docs[i]...))
	}
	h, perDocument, err := analysis.Compressibility(original, s.Compressibility, s.Fit)
	if err != nil {
		return ziplaw.DataSetResult{}, nil, err
	}
	order := dataset.Order(s.Seeds[0], ziplaw.Documents(s.MaxBudget(), s.Context), m.Length)
	grams := analysis.NewNGrams()
	for _, i := range order {
		grams.Add(docs[i])
	}
	return ziplaw.DataSetResult{
		H: h, Documents: len(order),
		Entropy0: grams.Entropy0(), Entropy1: grams.Entropy1(),
		Vocabulary: m.Vocabulary, Terminals: grams.Distinct(), Duplicates: data.digests.Duplicates(order),
		MeanChildren: m.Children, Termination: m.Termination,
	}, perDocument, nil
}

package activities

import (
	"context"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/dataset"
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
	r, err := actions.Values[ziplaw.DataSetResult](done.Record)
	return CompressResult{Record: done.ID, H: r.H.Value}, a.end(ctx, err)
}

func (a *Activities) compress(ctx context.Context, in CompressInput) (Done, error) {
	s, d, err := a.dataSet(ctx, in.Spec, in.DataSet)
	if err != nil {
		return Done{}, err
	}
	data, err := actions.LoadSampled(ctx, a.Store, in.Sample)
	if err != nil {
		return Done{}, err
	}
	act, p := actions.Compress(s, data)
	return a.once(ctx, act, s.Name+"/"+d.Name, func(ctx context.Context, out *draft) error {
		docs, err := a.training(ctx, data.Manifest, data.Manifest.Documents)
		if err != nil {
			return err
		}
		r, perDocument, err := measure(p, data, docs)
		if err != nil {
			return err
		}
		id, err := a.Store.PutJSON(ctx, perDocument)
		out.in(actions.RoleSpec, in.Spec)
		out.in(actions.RoleSampleRecord, in.Sample)
		out.out(actions.RolePerDocument, id)
		out.values = r
		return err
	})
}

// measure computes what is known of a data set before training, from what the action's key holds. The result names no data
// set: its record serves every study with these documents.
func measure(p actions.CompressParams, data actions.Sampled, docs [][]int32) (ziplaw.DataSetResult, []float64, error) {
	v := dataset.Vocabulary{IDs: p.IDs}
	original := make([][]int32, min(p.Compressibility.Documents, len(docs)))
	for i := range original {
		original[i] = v.Expand(append([]int32{}, docs[i]...))
	}
	opts := ziplaw.FitOptions{Level: p.Level, Resamples: p.Resamples, Seed: p.Seed}
	h, perDocument, err := analysis.Compressibility(original, p.Compressibility, opts)
	if err != nil {
		return ziplaw.DataSetResult{}, nil, err
	}
	order := dataset.Order(p.OrderSeed, p.Training, p.Length)
	grams := analysis.NewNGrams()
	for _, i := range order {
		grams.Add(docs[i])
	}
	return ziplaw.DataSetResult{
		H: h, Documents: len(order),
		Entropy0: grams.Entropy0(), Entropy1: grams.Entropy1(),
		Vocabulary: p.Vocabulary, Terminals: grams.Distinct(), Duplicates: data.Digests.Duplicates(order),
		MeanChildren: data.Manifest.Children, Termination: data.Manifest.Termination,
	}, perDocument, nil
}

package activities

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

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
		docs, err := a.documents(ctx, data.Manifest.Train, data.Manifest.Documents)
		if err != nil {
			return err
		}
		r, perDocument, err := a.measure(ctx, p, data, docs)
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
func (a *Activities) measure(ctx context.Context, p actions.CompressParams, data actions.Sampled, docs *dataset.Documents) (r ziplaw.DataSetResult, perDocument []float64, err error) {
	sample := make([][]int32, min(p.Compressibility.Documents, docs.Len()))
	for i := range sample {
		if sample[i], err = docs.Append(nil, i); err != nil {
			return r, nil, err
		}
	}
	opts := ziplaw.FitOptions{Level: p.Level, Resamples: p.Resamples, Seed: p.Seed}
	h, perDocument, err := analysis.Compressibility(sample, p.Compressibility, opts)
	if err != nil {
		return r, nil, err
	}
	order := dataset.Order(p.OrderSeed, p.Training, p.Length)
	grams, err := a.count(ctx, data.Manifest, order)
	if err != nil {
		return r, nil, err
	}
	return ziplaw.DataSetResult{
		H: h, Documents: len(order),
		Entropy0: grams.Entropy0(), Entropy1: grams.Entropy1(),
		Vocabulary: p.Vocabulary, Terminals: grams.Distinct(), Duplicates: data.Digests.Duplicates(order),
		MeanChildren: data.Manifest.Children, Termination: data.Manifest.Termination,
	}, perDocument, nil
}

// count counts the tokens of training documents, and pairs of them, on all cores.
func (a *Activities) count(ctx context.Context, m dataset.Manifest, order []int32) (*analysis.NGrams, error) {
	parts := make([]*analysis.NGrams, runtime.GOMAXPROCS(0))
	g, ctx := errgroup.WithContext(ctx)
	for i := range parts {
		g.Go(func() error {
			docs, err := a.documents(ctx, m.Train, m.Documents) // a reader is for one goroutine
			if err != nil {
				return err
			}
			parts[i] = analysis.NewNGrams()
			return countSome(ctx, parts[i], docs, order[i*len(order)/len(parts):(i+1)*len(order)/len(parts)])
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for _, part := range parts[1:] {
		parts[0].Merge(part)
	}
	return parts[0], nil
}

func countSome(ctx context.Context, grams *analysis.NGrams, docs *dataset.Documents, order []int32) (err error) {
	var doc []int32
	for _, i := range order {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if doc, err = docs.Append(doc[:0], int(i)); err != nil {
			return err
		}
		grams.Add(doc)
	}
	return nil
}

package activities

import (
	"context"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/dataset"
)

// SampleInput names a data set of a study.
type SampleInput struct {
	Spec    ziplaw.ArtifactID `json:"spec"`
	DataSet string            `json:"dataset"`
	// Origin is the listing of the data set's files, or its file's grammar, as Resolve found it; empty for random grammars.
	Origin ziplaw.ArtifactID `json:"origin,omitempty"`
}

// RecordResult is the record that an activity made or found.
type RecordResult struct {
	Record ziplaw.ArtifactID `json:"record"`
	Reused bool              `json:"reused"`
}

func (d Done) result() RecordResult { return RecordResult{Record: d.ID, Reused: d.Reused} }

// Sample stores a data set's documents: sampled from its grammar, or cut from its files.
func (a *Activities) Sample(ctx context.Context, in SampleInput) (RecordResult, error) {
	beat := startHeartbeat(ctx)
	defer beat.stop()
	done, err := a.sample(ctx, in, beat)
	return done.result(), a.end(ctx, err)
}

func (a *Activities) sample(ctx context.Context, in SampleInput, beat *heartbeat) (Done, error) {
	s, d, err := a.dataSet(ctx, in.Spec, in.DataSet)
	if err != nil {
		return Done{}, err
	}
	src, err := dataset.Open(ctx, s, d, dataset.Options{Access: a.Files})
	if err != nil {
		return Done{}, err
	}
	if err := a.unchanged(ctx, in, d, src.Origin().Text); err != nil {
		return Done{}, err
	}
	act, err := actions.Sample(s, src)
	if err != nil {
		return Done{}, err
	}
	return a.once(ctx, act, s.Name+"/"+d.Name, func(ctx context.Context, out *draft) error {
		m, _, err := dataset.Materialize(ctx, s, src, a.Store.Put, func(n int) { beat.set(Progress{Documents: n}) })
		if err != nil {
			return err
		}
		id, err := a.Store.PutJSON(ctx, m)
		if err != nil {
			return err
		}
		out.in(actions.RoleSpec, in.Spec)
		out.in(actions.RoleOrigin, m.Origin)
		out.out(actions.RoleManifest, id)
		out.out(actions.RoleDigests, m.Digests)
		for _, shard := range append(m.Train, m.Held...) {
			out.out(actions.RoleDocuments, shard.ID)
		}
		out.values = actions.SampleValues{Kind: m.Kind, Documents: m.Documents, HeldOut: m.HeldOut, Vocabulary: m.Vocabulary}
		return nil
	})
}

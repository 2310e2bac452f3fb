package activities

import (
	"context"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/dataset"
)

// Roles of artifacts in records.
const (
	roleSpec      = "spec"
	roleManifest  = "manifest"
	roleDocuments = "documents"
	roleDigests   = "document-digests"
	roleOrigin    = "origin"
)

// SampleInput names a data set of a study.
type SampleInput struct {
	Spec    ziplaw.ArtifactID `json:"spec"`
	DataSet string            `json:"dataset"`
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
	src, err := dataset.Open(ctx, s, d)
	if err != nil {
		return Done{}, err
	}
	return a.once(ctx, sampleAction(s, src), s.Name+"/"+d.Name, func(ctx context.Context, out *draft) error {
		m, _, err := dataset.Materialize(ctx, s, src, a.Store.Put, func(n int) { beat.set(Progress{Documents: n}) })
		if err != nil {
			return err
		}
		id, err := a.Store.PutJSON(ctx, m)
		if err != nil {
			return err
		}
		out.in(roleSpec, in.Spec)
		out.in(roleOrigin, m.Origin)
		out.out(roleManifest, id)
		out.out(roleDigests, m.Digests)
		for _, shard := range append(m.Train, m.Held...) {
			out.out(roleDocuments, shard.ID)
		}
		out.values = map[string]any{"kind": m.Kind, "documents": m.Documents, "held_out": m.HeldOut, "vocabulary": m.Vocabulary}
		return nil
	})
}

func sampleAction(s ziplaw.Study, src dataset.Source) action.Action {
	return action.Action{Name: "sample", Version: 1, Params: map[string]any{
		"source":      src.Origin().Params,
		"context":     s.Context,
		"vocabulary":  s.Vocabulary,
		"pad_targets": s.Recipe.PadTargets,
		"documents":   dataset.Pool(s, src.Len()),
		"held_out":    s.Recipe.HeldOut,
	}}
}

package activities

import (
	"context"
	"encoding/json"

	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/sdk/activity"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/plan"
	"github.com/ziplaw/ziplaw/internal/spec"
)

// ResolveInput is a spec as somebody wrote it, in JSON.
type ResolveInput struct {
	Spec json.RawMessage `json:"spec"`
	// Device is the kind of device that a study with numerics cuda is pinned to.
	Device *DeviceKind `json:"device,omitempty"`
}

// ResolveResult is a study that can run.
type ResolveResult struct {
	Spec    ziplaw.ArtifactID `json:"spec"` // normalised
	Version ziplaw.Key        `json:"version"`
	// Numerics is the whole id of the kind of CUDA device that the study is pinned to; empty for CPUs.
	Numerics string `json:"numerics,omitempty"`
	// Origins are the listings of the files that data sets are made of, and the grammars of files, as they were found; random
	// grammars have none.
	Origins map[string]ziplaw.ArtifactID `json:"origins,omitempty"`
	// Warnings are of the data, and belong to the study's result.
	Warnings []ziplaw.Warning `json:"warnings,omitempty"`
	// Finished is the result of this version where it has finished with no cell failed.
	Finished *ziplaw.StudyResult `json:"finished,omitempty"`
	// SearchAttributes says whether the cluster has ziplaw's.
	SearchAttributes bool `json:"search_attributes"`
}

// Resolve finds everything that would make the study fail later: files that can't be read, grammars that can't
// terminate, budgets that the data or the store can't hold. It stores the normalised spec and names the version.
func (a *Activities) Resolve(ctx context.Context, in ResolveInput) (ResolveResult, error) {
	beat := startHeartbeat(ctx)
	defer beat.stop()
	r, err := a.resolve(ctx, in)
	if err == nil {
		r.SearchAttributes = searchAttributes(ctx)
	}
	return r, a.end(ctx, err)
}

func (a *Activities) resolve(ctx context.Context, in ResolveInput) (r ResolveResult, err error) {
	s, err := spec.Parse(in.Spec)
	if err != nil {
		return r, err
	}
	room := plan.Room{Capacity: a.Capacity, Memory: a.Memory, Files: dataset.Options{Access: a.Files}}
	if s.OnCUDA() {
		room.Memory = 0
	}
	if d := in.Device; d != nil {
		s.Numerics, room.Memory = d.Numerics, d.Memory
		if s.ConvertFrom == s.Numerics {
			return r, ziplaw.BadSpec("convert_from", "leave it out: a cell goes on from its own checkpoints anyway", "%s is what the workers have", s.ConvertFrom)
		}
	}
	if s.OnCUDA() {
		r.Numerics = s.Numerics
	}
	p, err := plan.Check(ctx, s, room)
	if err != nil {
		return r, err
	}
	r.Version = p.Version
	v, found, damaged, err := Settle(ctx, a.Store, s.Name, p.Version)
	if err != nil {
		return r, err
	}
	if len(damaged) > 0 {
		a.current.forget()
	}
	for _, problem := range damaged {
		r.Warnings = append(r.Warnings, ziplaw.Warning{Code: "repaired", Message: "of what was finished before, this was damaged and is made again: " + problem.String()})
	}
	if r.Spec, err = a.Store.PutJSON(ctx, s); err != nil {
		return r, err
	}
	if !found {
		if err := p.CompareHeldOut(ctx); err != nil {
			return r, err
		}
		for _, w := range p.Warnings {
			if plan.OfResult(w) {
				r.Warnings = append(r.Warnings, w)
			}
		}
		r.Origins, err = a.putOrigins(ctx, p)
		return r, err
	}
	short, err := abridged(v.Result)
	r.Finished = &short
	return r, err
}

// putOrigins stores the listings of files and the grammars of files, so that Sample can say what has changed since.
func (a *Activities) putOrigins(ctx context.Context, p *plan.Plan) (map[string]ziplaw.ArtifactID, error) {
	origins := map[string]ziplaw.ArtifactID{}
	for _, d := range p.DataSets {
		if !d.ReadsFiles() {
			continue
		}
		id, err := a.Store.Put(ctx, d.Source.Origin().Text)
		if err != nil {
			return nil, err
		}
		origins[d.Name] = id
	}
	return origins, nil
}

// searchAttributes says whether the cluster has ziplaw's search attributes. No answer means no.
func searchAttributes(ctx context.Context) bool {
	info := activity.GetInfo(ctx)
	res, err := activity.GetClient(ctx).OperatorService().ListSearchAttributes(ctx,
		&operatorservice.ListSearchAttributesRequest{Namespace: info.Namespace})
	if err != nil {
		return false
	}
	for _, name := range SearchAttributes {
		if _, ok := res.GetCustomAttributes()[name]; !ok {
			return false
		}
	}
	return true
}

// SearchAttributes are the names of ziplaw's search attributes.
var SearchAttributes = []string{"ZiplawStudy", "ZiplawDataSet", "ZiplawPhase", "ZiplawH"}

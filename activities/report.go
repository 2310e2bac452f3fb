package activities

import (
	"context"
	"encoding/json"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/report"
)

// ReportInput names everything that a study made.
type ReportInput struct {
	Spec       ziplaw.ArtifactID `json:"spec"`
	Version    ziplaw.Key        `json:"version"`
	WorkflowID string            `json:"workflow_id"`
	RunID      string            `json:"run_id"`
	Cells      ziplaw.Counts     `json:"cells"`
	DataSets   []ziplaw.Measured `json:"datasets"`
	Regress    ziplaw.ArtifactID `json:"regress"`
	Seconds    float64           `json:"seconds"`
	Warnings   []ziplaw.Warning  `json:"warnings,omitempty"` // of the run, which the report of the same numbers doesn't hold
}

// Report writes the study's report and files its finished version, from which it answers from now on.
func (a *Activities) Report(ctx context.Context, in ReportInput) (*ziplaw.StudyResult, error) {
	beat := startHeartbeat(ctx)
	defer beat.stop()
	r, err := a.report(ctx, in)
	if err != nil {
		return nil, a.end(ctx, err)
	}
	short, err := abridged(*r)
	return &short, err
}

func (a *Activities) report(ctx context.Context, in ReportInput) (*ziplaw.StudyResult, error) {
	made, err := a.gather(ctx, in)
	if err != nil {
		return nil, err
	}
	s := made.Study
	act := actions.Report(in.Version, made.Result.Digest)
	done, err := a.once(ctx, act, s.Name, func(ctx context.Context, out *draft) error {
		files, err := report.Build(made)
		if err != nil {
			return err
		}
		out.in(actions.RoleSpec, in.Spec)
		out.in(actions.RoleRegressRecord, in.Regress)
		for _, d := range in.DataSets {
			out.in(actions.RoleCompressRecord, d.Compress)
			out.in(actions.RoleFitRecord, d.Fit)
		}
		for _, f := range files {
			id, err := a.Store.Put(ctx, f.Bytes)
			if err != nil {
				return err
			}
			out.out(f.Name, id)
		}
		out.values = actions.ReportValues{Digest: made.Result.Digest, DigestCells: made.Result.DigestCells}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r := made.Result
	html, _ := done.Record.Output(report.HTMLName)
	r.Report, r.Warnings = string(html), append(r.Warnings, in.Warnings...)
	return &r, a.file(ctx, s, ziplaw.StudyVersion{
		Spec: in.Spec, DataSets: in.DataSets, Regress: in.Regress, Report: done.ID, Result: r,
	})
}

// file puts the finished version last: it names only what is there.
func (a *Activities) file(ctx context.Context, s ziplaw.Study, v ziplaw.StudyVersion) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return a.Store.PutStudy(ctx, s.Name, string(v.Result.Version), b)
}

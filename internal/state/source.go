// Package state knows where studies stand: which cells are done, which are at work and how far, what waits for what, how long it still
// takes, and how a study ended.
//
// It asks Temporal (the query "progress", pending activities, histories) and the store (entries, records, finished versions), and
// changes nothing. It decides nothing about studies and prints nothing: commands, the live display and whatever else shows studies
// share it. States are of the moment in which they were asked for; a study that runs is elsewhere a second later.
package state

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/spec"
	"github.com/ziplaw/ziplaw/internal/store"
	"github.com/ziplaw/ziplaw/workflows"
)

// Source is where states are read.
type Source struct {
	Temporal client.Client
	Store    *store.Store
	// Answer, where set, is called before a workflow is asked: it lets workflows answer where no worker may run.
	Answer func() error
}

// Describe finds the last run of a study's workflow; nil where Temporal knows none.
func (s Source) Describe(ctx context.Context, study string) (*workflowpb.WorkflowExecutionInfo, error) {
	r, err := s.Temporal.DescribeWorkflowExecution(ctx, ziplaw.WorkflowID(study), "")
	if _, unknown := errors.AsType[*serviceerror.NotFound](err); unknown {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return r.GetWorkflowExecutionInfo(), nil
}

// LastRuns finds the last run of every study's workflow that Temporal remembers, by the study's name.
func (s Source) LastRuns(ctx context.Context) (map[string]*workflowpb.WorkflowExecutionInfo, error) {
	runs := map[string]*workflowpb.WorkflowExecutionInfo{}
	in := &workflowservice.ListWorkflowExecutionsRequest{Query: "WorkflowType = " + strconv.Quote(workflows.StudyType)}
	for {
		page, err := s.Temporal.ListWorkflow(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, info := range page.GetExecutions() {
			name, ours := strings.CutPrefix(info.GetExecution().GetWorkflowId(), ziplaw.WorkflowID(""))
			last := runs[name]
			if ours && (last == nil || last.GetStartTime().AsTime().Before(info.GetStartTime().AsTime())) {
				runs[name] = info
			}
		}
		if in.NextPageToken = page.GetNextPageToken(); len(in.NextPageToken) == 0 {
			return runs, nil
		}
	}
}

// Progress asks a study how far it is, also one that has ended.
func (s Source) Progress(ctx context.Context, study string) (p workflows.Progress, err error) {
	if s.Answer != nil {
		if err := s.Answer(); err != nil {
			return p, err
		}
	}
	answer, err := s.Temporal.QueryWorkflow(ctx, ziplaw.WorkflowID(study), "", workflows.ProgressQuery)
	if err != nil {
		return p, err
	}
	return p, answer.Get(&p)
}

// Spec reads the spec of a study's last run.
func (s Source) Spec(ctx context.Context, study string) (ziplaw.Study, error) {
	text, err := activities.SpecOf(ctx, s.Temporal, ziplaw.WorkflowID(study), "")
	if err != nil {
		return ziplaw.Study{}, err
	}
	if len(text) == 0 {
		return ziplaw.Study{}, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: "the workflow of study " + study + " has no spec"}
	}
	return spec.Parse(text)
}

package storage

import (
	"context"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"google.golang.org/protobuf/proto"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/store"
	"github.com/ziplaw/ziplaw/internal/upkeep"
)

// survey looks at who needs what in the store.
func (a *app) survey(ctx context.Context, s *console.Session) (*upkeep.Survey, error) {
	return upkeep.Take(ctx, s.Store, func(ctx context.Context) ([]upkeep.Unfinished, error) { return unfinishedStudies(ctx, s) }, a.Seldom())
}

// unfinishedStudies are the studies whose last run hasn't come to its end, with what their workflows name: they run, or wait for the
// next run to go on.
func unfinishedStudies(ctx context.Context, s *console.Session) ([]upkeep.Unfinished, error) {
	runs, err := s.States().LastRuns(ctx)
	if err != nil {
		return nil, err
	}
	var all []upkeep.Unfinished
	for _, name := range slices.Sorted(maps.Keys(runs)) {
		if runs[name].GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED {
			continue
		}
		u, err := needsOf(ctx, s, name, runs[name])
		if err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	return all, nil
}

// needsOf is what an unfinished study needs: all that the histories of its workflows name, and what stands or will stand under the keys
// of its cells.
func needsOf(ctx context.Context, s *console.Session, name string, info *workflowpb.WorkflowExecutionInfo) (upkeep.Unfinished, error) {
	n := named{artifacts: map[ziplaw.ArtifactID]bool{}, keys: map[ziplaw.Key]bool{}}
	workflows := []string{ziplaw.WorkflowID(name)}
	g, err := s.States().Grid(ctx, name)
	for _, d := range g.Study.DataSets() { // a workflow without a spec that can be read has none, and has done nothing
		workflows = append(workflows, ziplaw.DataSetWorkflowID(name, d.Name))
	}
	if err != nil && !store.IsGone(err) && ziplaw.CodeOf(err) != ziplaw.CodeBadSpec && ziplaw.CodeOf(err) != ziplaw.CodeNotFound {
		return upkeep.Unfinished{}, err
	}
	for _, id := range workflows {
		if err := collectNames(ctx, s, id, n); err != nil {
			return upkeep.Unfinished{}, err
		}
	}
	keys, err := g.Keys()
	if err != nil {
		return upkeep.Unfinished{}, err
	}
	for _, key := range keys {
		n.keys[key] = true
	}
	return upkeep.Unfinished{
		Study: name, Running: info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING,
		Artifacts: slices.Sorted(maps.Keys(n.artifacts)), Keys: slices.Sorted(maps.Keys(n.keys)),
	}, nil
}

// named are the artifacts and keys that something names.
type named struct {
	artifacts map[ziplaw.ArtifactID]bool
	keys      map[ziplaw.Key]bool
}

// nameOfContent is an artifact, or a key.
var nameOfContent = regexp.MustCompile(`(sha256:)?\b[0-9a-f]{64}\b`)

func (n named) add(text []byte) {
	for _, name := range nameOfContent.FindAll(text, -1) {
		if strings.HasPrefix(string(name), "sha256:") {
			n.artifacts[ziplaw.ArtifactID(name)] = true
		} else {
			n.keys[ziplaw.Key(name)] = true
		}
	}
}

// collectNames collects what the history of a workflow names, whatever it is of.
func collectNames(ctx context.Context, s *console.Session, id string, into named) error {
	events := s.Client.GetWorkflowHistory(ctx, id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if _, unknown := errors.AsType[*serviceerror.NotFound](err); unknown {
			return nil
		}
		if err != nil {
			return err
		}
		text, err := proto.Marshal(e)
		if err != nil {
			return err
		}
		into.add(text)
	}
	return nil
}

package cli

import (
	"context"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/workflows"
)

func (a *app) listCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list [STUDY]",
		Short: "List studies, or the cells of one",
		Example: `  ziplaw list
  ziplaw list quick
  ziplaw list quick --output json | jq -r '.[] | select(.state == "diverged") | .cell'`,
		Args: func(c *cobra.Command, args []string) error { return checkCount(c, args, 0, 1) },
		RunE: a.list,
	}
}

func (a *app) list(c *cobra.Command, args []string) error {
	err := a.looking(func(ctx context.Context, s *session, args []string) error {
		if len(args) == 1 {
			return a.listCells(ctx, s, args[0])
		}
		return a.listStudies(ctx, s)
	})(c, args)
	if isA[errNothing](err) && len(args) == 0 {
		return a.showStudies([]studyJSON{})
	}
	return err
}

// studyJSON is a study in a list.
type studyJSON struct {
	Study      string        `json:"study"`
	State      string        `json:"state"`
	Phase      string        `json:"phase"`
	Version    ziplaw.Key    `json:"version"`
	WorkflowID string        `json:"workflow_id"`
	Cells      ziplaw.Counts `json:"cells"`
	Seconds    float64       `json:"seconds"`
}

func (a *app) listStudies(ctx context.Context, s *session) error {
	runs, err := s.lastRuns(ctx)
	if err != nil {
		return err
	}
	stored, err := s.store.ListStudies(ctx)
	if err != nil {
		return err
	}
	for _, name := range stored {
		if _, known := runs[name]; !known {
			runs[name] = nil
		}
	}
	list := []studyJSON{}
	for _, name := range slices.Sorted(maps.Keys(runs)) {
		st, err := s.state(ctx, name, runs[name])
		if err != nil {
			return err
		}
		r := st.result
		list = append(list, studyJSON{r.Study, r.State, r.Phase, r.Version, ziplaw.WorkflowID(r.Study), r.Cells, r.Seconds})
	}
	return a.showStudies(list)
}

func (a *app) showStudies(list []studyJSON) error {
	return a.value(list, func(w io.Writer) error { return studyTable(w, list) })
}

func studyTable(w io.Writer, list []studyJSON) error {
	rows := [][]string{{"STUDY", "STATE", "PHASE", "CELLS", "TIME"}}
	for _, s := range list {
		rows = append(rows, []string{s.Study, s.State, s.Phase, countsText(s.Cells), duration(s.Seconds)})
	}
	return table(w, rows)
}

// lastRuns finds the last run of every study's workflow that Temporal remembers.
func (s *session) lastRuns(ctx context.Context) (map[string]*workflowpb.WorkflowExecutionInfo, error) {
	runs := map[string]*workflowpb.WorkflowExecutionInfo{}
	in := &workflowservice.ListWorkflowExecutionsRequest{Query: "WorkflowType = " + strconv.Quote(workflows.StudyType)}
	for {
		page, err := s.client.ListWorkflow(ctx, in)
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

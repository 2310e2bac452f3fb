package study

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/state"
)

func (a *app) listCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list [STUDY]",
		Short: "List studies, or the cells of one",
		Example: `  ziplaw list
  ziplaw list quick
  ziplaw list quick --output json | jq -r '.[] | select(.state == "diverged") | .cell'`,
		Args: func(c *cobra.Command, args []string) error { return console.CheckCount(c, args, 0, 1) },
		RunE: a.list,
	}
}

func (a *app) list(c *cobra.Command, args []string) error {
	err := a.Looking(func(ctx context.Context, s *console.Session, args []string) error {
		if len(args) == 1 {
			return a.listCells(ctx, s, args[0])
		}
		return a.listStudies(ctx, s)
	})(c, args)
	if console.IsA[console.ErrNothing](err) && len(args) == 0 {
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

func (a *app) listStudies(ctx context.Context, s *console.Session) error {
	runs, err := s.States().LastRuns(ctx)
	if err != nil {
		return err
	}
	stored, err := s.Store.ListStudies(ctx)
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
		st, err := s.States().Of(ctx, name, runs[name])
		if ziplaw.CodeOf(err) == ziplaw.CodeNotFound { // it was removed, and Temporal still remembers its run
			continue
		}
		if err != nil {
			return err
		}
		r := st.Result
		list = append(list, studyJSON{r.Study, r.State, r.Phase, r.Version, ziplaw.WorkflowID(r.Study), r.Cells, r.Seconds})
	}
	return a.showStudies(list)
}

func (a *app) showStudies(list []studyJSON) error {
	return a.Value(list, func(w io.Writer) error { return studyTable(w, list) })
}

func studyTable(w io.Writer, list []studyJSON) error {
	rows := [][]string{{"STUDY", "STATE", "PHASE", "CELLS", "TIME"}}
	for _, s := range list {
		rows = append(rows, []string{s.Study, s.State, s.Phase, console.CountsText(s.Cells), console.Duration(s.Seconds)})
	}
	return console.Table(w, rows)
}

func (a *app) listCells(ctx context.Context, s *console.Session, study string) error {
	g, err := s.States().Grid(ctx, study)
	if err != nil {
		return err
	}
	cells, err := g.Cells(ctx)
	if err != nil {
		return err
	}
	return a.Value(cells, func(w io.Writer) error { return cellTable(w, cells) })
}

// cellTable has a column more where cells are at work, or wait for something.
func cellTable(w io.Writer, cells []state.Cell) error {
	rows := [][]string{{"CELL", "KEY", "STATE", "LOSS"}}
	if slices.ContainsFunc(cells, func(c state.Cell) bool { return console.CellAt(c) != "" }) {
		rows[0] = append(rows[0], "AT")
	}
	for _, c := range cells {
		loss := ""
		if c.Loss != nil {
			loss = fmt.Sprintf("%.4f", *c.Loss)
		}
		row := []string{c.Cell, c.Key.Short(), c.State, loss}
		if len(rows[0]) > len(row) {
			row = append(row, console.CellAt(c))
		}
		rows = append(rows, row)
	}
	return console.Table(w, rows)
}

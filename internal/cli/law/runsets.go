package law

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/runs"
)

// runsFlags say how a table of runs is read.
type runsFlags struct{ columns, by, format string }

func (f *runsFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.columns, "columns", "", "columns of the table, such as N=params,D=tokens,L=loss; also C, weight and cluster")
	c.Flags().StringVar(&f.by, "by", "", "column whose values have a law each")
	c.Flags().StringVar(&f.format, "format", "", "of the table: "+strings.Join(runs.Formats, ", ")+" (default: by its name or content)")
}

// runSet are the runs of one law.
type runSet struct {
	name     string
	points   []scaling.Point
	excluded []ziplaw.Excluded
}

// runSource is where runs come from: a table, or a study.
type runSource struct {
	of    string
	sets  []runSet
	notes []string
}

// runSets reads a table where there is a file of that name, and a finished study otherwise. A study's own options of the fit
// hold where the command gives no flag.
func (a *app) runSets(ctx context.Context, c *cobra.Command, from string, f runsFlags, o *ziplaw.FitOptions) (runSource, error) {
	if isTable(from) {
		return a.tableSets(from, f)
	}
	return a.studySets(ctx, c, from, o)
}

// isTable tells a file from the name of a study: it is there and no folder, or it has a name that a study can't have.
func isTable(from string) bool {
	info, err := os.Stat(from)
	return from == runs.Stdin || (err == nil && !info.IsDir()) || strings.ContainsAny(from, `./\`)
}

// completeRuns completes file names.
func completeRuns(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

// readRuns reads a table, with the measure of its data sets where a column has one.
func (a *app) readRuns(path string, f runsFlags) (runs.Table, error) {
	columns, err := runs.ParseColumns(f.columns)
	if err != nil {
		return runs.Table{}, console.Usage("--columns", "such as N=params,D=tokens,L=loss", "%v", err)
	}
	columns.By = f.by
	if f.format != "" && !slices.Contains(runs.Formats, f.format) {
		return runs.Table{}, console.Usage("--format", strings.Join(runs.Formats, ", "), "%q", f.format)
	}
	t, err := runs.ReadFile(path, f.format, a.Stdin, columns)
	if err != nil {
		return t, &ziplaw.Error{Code: ziplaw.CodeBadRuns, Message: err.Error(), Hint: "see ziplaw help fit"}
	}
	return t, nil
}

// point is a run as a fit sees it.
func point(r runs.Run) scaling.Point {
	return scaling.Point{N: r.N, D: r.D, L: r.L, Weight: r.Weight, Cluster: r.Cluster, Row: r.Row, Name: fmt.Sprintf("row %d", r.Row)}
}

func (a *app) tableSets(path string, f runsFlags) (runSource, error) {
	t, err := a.readRuns(path, f)
	if err != nil {
		return runSource{}, err
	}
	s := runSource{of: path, notes: t.Notes}
	if path == runs.Stdin {
		s.of = "standard input"
	}
	places := map[string]int{}
	for _, name := range t.Sets {
		places[name] = len(s.sets)
		if name == "" {
			name = base(s.of)
		}
		s.sets = append(s.sets, runSet{name: name})
	}
	for _, r := range t.Runs {
		set := &s.sets[places[r.Set]]
		set.points = append(set.points, point(r))
	}
	return s, nil
}

// base is what a table is called by: its file's name without the extension.
func base(path string) string { return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)) }

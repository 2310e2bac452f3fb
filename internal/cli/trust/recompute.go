package trust

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/cache"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/report"
)

// recomputeFlags say which cells verify trains again.
type recomputeFlags struct {
	cells string // a number, or all; empty is none
	seed  int64
}

func (f *recomputeFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.cells, "recompute", "", "train so many cells again, or all")
	c.Flags().Int64Var(&f.seed, "seed", 1, "draws the cells of --recompute")
}

const allCells = "all"

func (f *recomputeFlags) check(repair bool) error {
	switch n, err := strconv.Atoi(f.cells); {
	case f.cells == "":
		return nil
	case f.cells != allCells && (err != nil || n < 1):
		return console.Usage("--recompute", "a number of cells, or all", "%q", f.cells)
	case f.seed < 0:
		return console.Usage("--seed", "at least 0", "%d", f.seed)
	case repair:
		return console.Usage("--recompute", "repair first, and then recompute", "--repair and --recompute don't go together")
	}
	return nil
}

// count is how many cells are trained again; 0 is all.
func (f *recomputeFlags) count() int {
	n, _ := strconv.Atoi(f.cells)
	return n
}

// recompute trains cells of the newest version again, and adds what comes of it to a verification.
func (a *app) recompute(ctx context.Context, s *console.Session, study string, f recomputeFlags, v *lineage.Verification) error {
	if f.cells == "" {
		return nil
	}
	newest, err := s.States().Finished(ctx, study)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "ziplaw-recompute-*") // looking at a study leaves nothing in its folder
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	documents, err := cache.New(dir, 0, s.Store.Open)
	if err != nil {
		return err
	}
	said := time.Now()
	r, err := activities.Recompute(ctx, s.Store, newest, activities.RecomputeOptions{
		Cells: f.count(), Seed: uint64(f.seed), Threads: a.Flags.Threads, Memory: int64(a.Flags.Memory), Cache: documents,
		Progress: func(done, of int, cell string) {
			if time.Since(said) > console.ReadingFirst {
				said = time.Now()
				a.Progress("%d of %d cells trained again: %s", done, of, cell)
			}
		},
	})
	if err != nil {
		return err
	}
	v.Recomputed, v.Recomputation = len(r.Cells), &r
	a.keepRecomputation(study, newest.Result.Version, r)
	for _, c := range r.Cells {
		if c.Class == lineage.NotReproduced {
			v.State = lineage.Tampered
			v.Problems = append(v.Problems, lineage.Problem{ID: c.Cell, State: lineage.Tampered, Role: lineage.KindCell, Label: c.Cell,
				Problem: fmt.Sprintf("trained again it isn't what is stored: its loss differs by %.2g of its size", c.Difference)})
		}
	}
	return nil
}

// recomputedName is the file beside a report that says how far the study was reproduced.
const recomputedName = "recomputed.json"

// keepRecomputation writes what came of it beside the report, where a report is and its folder can be written.
func (a *app) keepRecomputation(study string, version ziplaw.Key, r lineage.Recomputation) {
	dir := a.ReportDir(study)
	if _, err := os.Stat(filepath.Join(dir, report.HTMLName)); err != nil {
		return // nobody has asked for a report here
	}
	b, err := json.MarshalIndent(struct {
		Version ziplaw.Key  `json:"version"`
		Code    ziplaw.Code `json:"code"` // that trained the cells again
		lineage.Recomputation
	}{version, console.Code(), r}, "", "  ")
	if err == nil {
		err = console.WriteFile(filepath.Join(dir, recomputedName), append(b, '\n'))
	}
	if err != nil {
		a.Note("%s isn't written: %v", recomputedName, err)
	}
}

// recomputationText says what came of it: how many cells, and a verdict for the numbers of each data set.
func recomputationText(w io.Writer, r lineage.Recomputation) {
	fmt.Fprintf(w, "%d of %d cells trained again: %.0f %% reproduced\n", len(r.Cells), r.Of, 100*r.Share)
	for i := 0; i < len(r.Verdicts); {
		first, parameters := r.Verdicts[i], []string{}
		for ; i < len(r.Verdicts) && r.Verdicts[i].DataSet == first.DataSet && r.Verdicts[i].Class == first.Class; i++ {
			parameters = append(parameters, r.Verdicts[i].Parameter)
		}
		fmt.Fprintf(w, "  %s: %s: %s by %d of %d cells\n", first.DataSet, strings.Join(slices.Compact(parameters), ", "), first.Class, first.Cells, first.Of)
	}
}

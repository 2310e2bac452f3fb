package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/vbauerster/mpb/v8/cwriter"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/report"
)

// showStudy prints a study's state and ends with its exit code. Before and after, which may be nil, print what stands
// above and below.
func (a *app) showStudy(r ziplaw.StudyResult, before, after func(io.Writer) error) error {
	err := a.value(complete(r), func(w io.Writer) error {
		for _, print := range []func(io.Writer) error{before, func(w io.Writer) error { return summary(w, r) }, after} {
			if print == nil {
				continue
			}
			if err := print(w); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return exitOf(r)
}

// summary is a study's state in a few lines.
func summary(w io.Writer, r ziplaw.StudyResult) error {
	c := r.Cells
	fmt.Fprintf(w, "study    %s: %s", r.Study, r.State)
	if r.State == ziplaw.StudyRunning {
		fmt.Fprintf(w, " (%s)", r.Phase)
	}
	fmt.Fprintf(w, "\ncells    %s\n", countsText(c))
	for _, warning := range r.Warnings {
		fmt.Fprintf(w, "warning  %s\n", warning.Message)
	}
	if r.Digest != "" {
		fmt.Fprintf(w, "digest   %s (cells %s)\n", r.Digest, r.DigestCells)
	}
	if r.Report != "" {
		fmt.Fprintf(w, "report   %s\n", r.Report)
	}
	return nil
}

// showFindings prints a finished study: its tables, its state, and last, where the eye is, what it found.
func (a *app) showFindings(r ziplaw.StudyResult) error {
	return a.showStudy(r,
		func(w io.Writer) error { return report.Tables(w, r, columns(w)) },
		func(w io.Writer) error {
			for _, s := range report.Headline(r) {
				fmt.Fprintln(w)
				for _, line := range report.Wrapped(s, columns(w)) {
					fmt.Fprintln(w, line)
				}
			}
			return nil
		})
}

// plainColumns is the width of output that is no terminal's.
const plainColumns = 120

// columns is the width of an output in characters.
func columns(w io.Writer) int {
	t := cwriter.New(w)
	if !t.IsTerminal() {
		return plainColumns
	}
	width, _, err := t.GetTermSize()
	if err != nil || width <= 0 {
		return plainColumns
	}
	return width
}

// complete gives absent lists an empty form, so that JSON has no null where readers expect a list.
func complete(r ziplaw.StudyResult) ziplaw.StudyResult {
	if r.DataSets == nil {
		r.DataSets = []ziplaw.DataSetResult{}
	}
	if r.Fits == nil {
		r.Fits = []ziplaw.Fit{}
	}
	if r.Regressions == nil {
		r.Regressions = []ziplaw.Regression{}
	}
	if r.Regressed == nil {
		r.Regressed = []string{}
	}
	if r.Warnings == nil {
		r.Warnings = []ziplaw.Warning{}
	}
	return r
}

func (a *app) reportDir(study string) string {
	return filepath.Join(a.flags.dataDir, "studies", study)
}

// existing is the deepest folder on a path that is there.
func existing(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil || filepath.Dir(dir) == dir {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

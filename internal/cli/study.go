package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ziplaw/ziplaw"
)

// showStudy prints a study's state and ends with its exit code. Tables, which may be nil, prints what it found.
func (a *app) showStudy(r ziplaw.StudyResult, tables func(io.Writer) error) error {
	err := a.value(complete(r), func(w io.Writer) error {
		if tables != nil {
			if err := tables(w); err != nil {
				return err
			}
		}
		return summary(w, r)
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

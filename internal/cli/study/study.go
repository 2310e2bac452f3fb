package study

import (
	"fmt"
	"io"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/report"
)

// showStudy prints a study's state and ends with its exit code. Before and after, which may be nil, print what stands
// above and below.
func (a *app) showStudy(r ziplaw.StudyResult, before, after func(io.Writer) error) error {
	err := a.Value(complete(r), func(w io.Writer) error {
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
	fmt.Fprintf(w, "\ncells    %s\n", console.CountsText(c))
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
		func(w io.Writer) error { return report.Tables(w, r, console.Columns(w)) },
		func(w io.Writer) error {
			for _, s := range report.Headline(r) {
				fmt.Fprintln(w)
				for _, line := range report.Wrapped(s, console.Columns(w)) {
					fmt.Fprintln(w, line)
				}
			}
			return nil
		})
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

// exitOf is the exit of a command that shows a study: by the study's state.
func exitOf(r ziplaw.StudyResult) error {
	switch {
	case r.State == ziplaw.StudyFailed || r.State == ziplaw.StudyCanceled:
		return console.Exit(console.ExitFailure)
	case r.State == ziplaw.StudyDone && r.Cells.Failed > 0:
		return console.Exit(console.ExitCells)
	}
	return nil
}

package study

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
)

func TestExitCodesOfStudies(t *testing.T) {
	for _, c := range []struct {
		state  string
		failed int
		want   error
	}{
		{ziplaw.StudyDone, 0, nil},
		{ziplaw.StudyDone, 1, console.Exit(console.ExitCells)},
		{ziplaw.StudyRunning, 1, nil},
		{ziplaw.StudyFailed, 0, console.Exit(console.ExitFailure)},
		{ziplaw.StudyCanceled, 0, console.Exit(console.ExitFailure)},
	} {
		r := ziplaw.StudyResult{Study: "s", State: c.state, Cells: ziplaw.Counts{Total: 2, Done: 1, Failed: c.failed, Diverged: 1 - c.failed}}
		var out bytes.Buffer
		if err := (&app{&console.App{Printer: console.Printer{Out: &out}}}).showStudy(r, nil, nil); !errors.Is(err, c.want) {
			t.Errorf("%s with %d failed cells: %v, want %v", c.state, c.failed, err, c.want)
		}
		if !strings.Contains(out.String(), "study    s: "+c.state) {
			t.Errorf("it printed %s", out.String())
		}
	}
}

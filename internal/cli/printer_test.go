package cli

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// TestOutputThatCannotBeWritten is a failure that standard error tells, in text and in JSON.
func TestOutputThatCannotBeWritten(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("no full device here: %v", err)
	}
	defer func() { _ = full.Close() }()
	reader, closed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closed.Close() }()
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, out := range []*os.File{full, closed} {
		for _, args := range [][]string{{"version"}, {"schema"}, {"plan", "quick"}, {"list", "--data-dir", dir}} {
			for _, form := range []string{"text", "json"} {
				var errs bytes.Buffer
				code := ziplawOn(strings.NewReader(""), out, &errs).Main(append(args, "--output", form))
				if code != console.ExitFailure || !strings.Contains(errs.String(), "can't be written to standard output") {
					t.Errorf("%s %v: exit code %d, %q", out.Name(), args, code, errs.String())
				}
			}
		}
	}
	for _, args := range [][]string{{}, {"help"}, {"--help"}, {"plan", "--help"}, {"help", "plan"}, {"help", "exit-codes"}, {"grammar"}, {"completion", "bash"}, {"__complete", "p"}} {
		var errs bytes.Buffer
		code := ziplawOn(strings.NewReader(""), full, &errs).Main(args)
		if code != console.ExitFailure || strings.Count(errs.String(), "can't be written to standard output") != 1 || strings.Count(errs.String(), "no space left") != 1 {
			t.Errorf("%v: exit code %d, %q", args, code, errs.String())
		}
	}
	var errs bytes.Buffer
	if code := ziplawOn(strings.NewReader(""), full, &errs).Main([]string{"nosuch", "--output", "json"}); code != console.ExitUsage ||
		!strings.Contains(errs.String(), "nosuch") {
		t.Errorf("an error: exit code %d, %q", code, errs.String())
	}
}

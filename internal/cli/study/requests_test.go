package study

import (
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/workflows"
)

// TestRetryText says what runs again, and that nothing does where nothing has failed.
func TestRetryText(t *testing.T) {
	failed := workflows.DataSetProgress{Phase: ziplaw.PhaseFailed}
	for want, p := range map[string]workflows.Progress{
		"no cell of s has failed: nothing runs again":                   {},
		"s runs its failed cells again: 2":                              {Cells: ziplaw.Counts{Failed: 2}},
		"s runs its failed cells again, 3, and its failed data sets, 1": {Cells: ziplaw.Counts{Failed: 3}, DataSets: []workflows.DataSetProgress{{}, failed}},
	} {
		p.Study = "s"
		if got := retryText(p, false); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := retryText(workflows.Progress{Study: "s", Cells: ziplaw.Counts{Failed: 2}}, true); got != "s runs again what has failed of the cells that are named" {
		t.Errorf("of named cells it says %q", got)
	}
}

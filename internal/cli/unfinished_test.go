package cli

import (
	"slices"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
)

// TestFailedCellsAreOfTheirOwnSpec: a study whose spec shrank or grew between two runs has cells at other places.
func TestFailedCellsAreOfTheirOwnSpec(t *testing.T) {
	specs := map[ziplaw.ArtifactID]ziplaw.Study{
		"before": {Name: "s", Models: []ziplaw.Model{{H: 4, Layers: 1}, {H: 8, Layers: 1}}, Budgets: []int64{1024, 2048}, Seeds: []int64{1}},
		"after":  {Name: "s", Models: []ziplaw.Model{{H: 8, Layers: 1}}, Budgets: []int64{2048}, Seeds: []int64{1}},
	}
	asked := 0
	got, err := failedCells([]activities.TrainCellInput{
		{Spec: "before", DataSet: "d", Cell: 3}, {Spec: "before", DataSet: "d", Cell: 0}, {Spec: "after", DataSet: "d", Cell: 0},
		{Spec: "after", DataSet: "d", Cell: 3}, {Spec: "after", DataSet: "d", Cell: -1},
	}, func(id ziplaw.ArtifactID) (ziplaw.Study, error) {
		asked++
		return specs[id], nil
	})
	before, after := specs["before"].Cells("d"), specs["after"].Cells("d")
	want := []string{before[3].String(), before[0].String(), after[0].String()}
	if err != nil || !slices.Equal(got, want) || asked != 2 {
		t.Errorf("%v, %v, want %v; %d specs read", got, err, want, asked)
	}
}

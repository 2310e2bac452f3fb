package state

import (
	"reflect"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/workflows"
)

var noon = time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)

// pending is an activity that trains a cell, as Temporal describes it.
func pending(state enumspb.PendingActivityState, said any, change ...func(*workflowpb.PendingActivityInfo)) *workflowpb.PendingActivityInfo {
	a := &workflowpb.PendingActivityInfo{ActivityId: "7", ActivityType: &commonpb.ActivityType{Name: trainCell}, State: state, Attempt: 1}
	if said != nil {
		a.HeartbeatDetails, _ = converter.GetDefaultDataConverter().ToPayloads(said)
	}
	for _, c := range change {
		c(a)
	}
	return a
}

func failed(a *workflowpb.PendingActivityInfo) {
	a.Attempt, a.LastFailure, a.NextAttemptScheduleTime = 3, &failurepb.Failure{Message: "no route"}, timestamppb.New(noon)
}

const (
	scheduled = enumspb.PENDING_ACTIVITY_STATE_SCHEDULED
	begun     = enumspb.PENDING_ACTIVITY_STATE_STARTED
)

// TestWaitsOfCells are told from what Temporal and the worker say of an activity.
func TestWaitsOfCells(t *testing.T) {
	const cell = "s/a/h4-l1/D64/s1"
	for _, c := range []struct {
		name    string
		pending *workflowpb.PendingActivityInfo
		now     time.Time
		want    *Wait
		text    string
	}{
		{"no worker has room", pending(scheduled, nil), noon, &Wait{For: ForSlot, What: "a worker's slot"}, "a worker's slot"},
		{"it trains", pending(begun, activities.Progress{Cell: cell, Step: 3, Steps: 9}), noon, nil, ""},
		{"it has just begun", pending(begun, nil), noon, nil, ""},
		{"its worker has no memory", pending(begun, activities.Progress{Cell: cell, Waiting: "memory"}), noon, &Wait{Of: cell, For: ForMemory, What: "memory"}, "memory"},
		{"its worker has no device", pending(begun, activities.Progress{Cell: cell, Waiting: "a device"}), noon, &Wait{Of: cell, For: ForDevice, What: "a device"}, "a device"},
		{"somebody trains it", pending(begun, activities.Progress{Cell: cell, Waiting: "the attempt 7@host/run"}), noon,
			&Wait{Of: cell, For: ForClaim, What: "the attempt 7@host/run"}, "the attempt 7@host/run"},
		{"it failed", pending(scheduled, activities.Progress{Cell: cell, Step: 5}, failed), noon.Add(-time.Minute),
			&Wait{Of: cell, For: ForRetry, What: "its next attempt", Until: noon, Attempt: 3, Error: "no route"},
			"attempt 3 at " + noon.Local().Format(time.TimeOnly) + ", after: no route"},
		{"the time of its retry has come", pending(scheduled, activities.Progress{Cell: cell}, failed), noon.Add(time.Second),
			&Wait{Of: cell, For: ForSlot, What: "a worker's slot"}, "a worker's slot"},
		{"it is tried again", pending(begun, activities.Progress{Cell: cell}, failed), noon, nil, ""},
		{"it is paused", pending(enumspb.PENDING_ACTIVITY_STATE_PAUSED, activities.Progress{Cell: cell}), noon,
			&Wait{Of: cell, For: ForResume, What: "somebody who resumes it"}, "somebody who resumes it"},
		{"it says what nobody understands", pending(begun, 7), noon, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, waits := workOf("ziplaw/s/a", c.pending).wait(c.now)
			if waits != (c.want != nil) || waits && (!reflect.DeepEqual(got, *c.want) || got.String() != c.text) {
				t.Errorf("%+v %q, want %+v %q", got, got, c.want, c.text)
			}
		})
	}
}

// TestCellsWithoutNames are counted by their data set.
func TestCellsWithoutNames(t *testing.T) {
	slot := workOf("ziplaw/s/a", pending(scheduled, nil))
	sample := Work{Workflow: "ziplaw/s/b", Activity: "Sample", Attempt: 2, Failure: "no route", Next: noon}
	named := workOf("ziplaw/s/a", pending(scheduled, activities.Progress{Cell: "s/a/x"}))
	got := waitsOfWork("s", []Work{slot, named, slot, sample, {Workflow: "ziplaw/s/a", Activity: trainCell, Started: true}}, noon.Add(-time.Hour))
	want := []Wait{
		{Of: "s/a", For: ForSlot, What: "a worker's slot", Cells: 2}, {Of: "s/a/x", For: ForSlot, What: "a worker's slot"},
		{Of: "s/b", For: ForRetry, What: "its next attempt", Until: noon, Attempt: 2, Error: "no route"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

// TestWaitsOfDataSets: a study waits for those that haven't ended, and these for their turn or their sample.
func TestWaitsOfDataSets(t *testing.T) {
	p := workflows.Progress{Study: "s", Phase: ziplaw.PhaseTrain, DataSets: []workflows.DataSetProgress{
		{DataSet: "done", Phase: ziplaw.PhaseDone}, {DataSet: "lost", Phase: ziplaw.PhaseFailed}, {DataSet: "trains", Phase: ziplaw.PhaseTrain},
		{DataSet: "samples", Phase: ziplaw.PhaseSample, Cells: ziplaw.Counts{Queued: 9}}, {DataSet: "later", Phase: ziplaw.PhasePlan, Cells: ziplaw.Counts{Queued: 9}},
	}}
	want := []Wait{
		{Of: "s", For: ForDataSets, What: "its data sets trains, samples, later"}, {Of: "s/samples", For: ForSample, What: "its sample", Cells: 9},
		{Of: "s/later", For: ForTurn, What: "its turn among the data sets", Cells: 9},
	}
	if got := waitsOf(p); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	p = workflows.Progress{Study: "s", Phase: ziplaw.PhasePlan, Waiting: "a worker with a CUDA device"}
	if got := waitsOf(p); !reflect.DeepEqual(got, []Wait{{Of: "s", For: ForDevice, What: p.Waiting}}) {
		t.Errorf("%+v", got)
	}
	p = workflows.Progress{Study: "s", Phase: ziplaw.PhaseRegress, State: ziplaw.StudyPaused}
	if got := waitsOf(p); !reflect.DeepEqual(got, []Wait{{Of: "s", For: ForResume, What: "ziplaw resume s"}}) {
		t.Errorf("%+v", got)
	}
	if got := setsText([]string{"a", "b", "c", "d", "e", "f"}); got != "its data sets a, b, c, d and 2 more" {
		t.Error(got)
	}
}

// TestLiveCells tells cells that train from those that failed.
func TestLiveCells(t *testing.T) {
	trains := activities.Progress{Cell: "s/a/x", Step: 3, Steps: 9}
	l := Live{Work: []Work{
		workOf("ziplaw/s/a", pending(begun, trains)), workOf("ziplaw/s/a", pending(scheduled, activities.Progress{Cell: "s/a/y"}, failed)),
		workOf("ziplaw/s/a", pending(begun, nil)), {Activity: "Sample", Started: true},
	}}
	if got := l.Training(); len(got) != 1 || got[0] != trains {
		t.Errorf("%+v", got)
	}
	if got := l.Failing(); len(got) != 1 || got[0] != "TrainCell of ziplaw/s/a failed and is tried again (attempt 3): no route" {
		t.Errorf("%q", got)
	}
	if n := started(l.Work); n != 2 {
		t.Errorf("%d cells started", n)
	}
}

// TestCellsOfARunningDataSet take their names from the activities' ids where no worker has said them, and their attempts and waits.
func TestCellsOfARunningDataSet(t *testing.T) {
	study := ziplaw.Study{Name: "s"}
	g := Grid{Study: study, states: map[string]Cell{}}
	h := newHistory()
	h.cells["7"] = ziplaw.CellName{Model: "h4-l1", D: 64, Seed: 1}
	g.work("s", "a", h, workOf("ziplaw/s/a", pending(scheduled, nil)))
	row := g.states["s/a/h4-l1/D64/s1"]
	if row.State != ziplaw.StateQueued || row.Attempt != 1 || row.Waits == nil || row.Waits.Of != "s/a/h4-l1/D64/s1" || row.Waits.For != ForSlot {
		t.Errorf("%+v of %v", row, g.states)
	}
	g.work("s", "a", h, workOf("ziplaw/s/a", pending(begun, activities.Progress{Cell: "s/a/h4-l1/D64/s1", Step: 2, Steps: 8}, failed)))
	if row := g.states["s/a/h4-l1/D64/s1"]; row.State != ziplaw.StateRunning || row.Attempt != 3 || row.Step != 2 || row.Steps != 8 || row.Waits != nil {
		t.Errorf("%+v", row)
	}
	g.work("s", "a", newHistory(), workOf("ziplaw/s/a", pending(scheduled, nil)))
	g.work("s", "a", h, Work{Activity: "Sample", ID: "7"})
	if len(g.states) != 1 {
		t.Errorf("%v", g.states)
	}
}

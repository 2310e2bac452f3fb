package state

import (
	"fmt"
	"strings"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/workflows"
)

// What things of a study wait for.
const (
	ForSlot     = "slot"     // a worker that has room for one more
	ForClaim    = "claim"    // another attempt at the same cell, which has its claim
	ForMemory   = "memory"   // of its worker, which cells take
	ForDevice   = "device"   // a CUDA device that is free, or any worker that has one
	ForRetry    = "retry"    // the time of the next attempt, after a failure
	ForResume   = "resume"   // somebody who lets it go on: it is paused
	ForSample   = "sample"   // the documents of a data set, which its cells train on
	ForTurn     = "turn"     // a place among the data sets that run at once
	ForDataSets = "datasets" // data sets that haven't ended
)

// Wait is one thing that waits for another.
type Wait struct {
	// Of is a study, a data set (STUDY/DATASET) or a cell by its id; for other activities their data set or study.
	Of   string `json:"of"`
	For  string `json:"for"`  // one of the constants above
	What string `json:"what"` // the same in words, such as the attempt that has the claim
	// Cells is how many cells of a data set wait, where Of isn't one of them.
	Cells int `json:"cells,omitempty"`
	// Until is when a retry begins, after the failure Error of the attempt before the one of number Attempt.
	Until   time.Time `json:"until,omitzero"`
	Attempt int       `json:"attempt,omitempty"`
	Error   string    `json:"error,omitempty"`
}

// String is a wait as the end of a sentence: a cell waits for ...
func (w Wait) String() string {
	switch {
	case w.For != ForRetry:
		return w.What
	case w.Until.IsZero():
		return fmt.Sprintf("attempt %d, after: %s", w.Attempt, w.Error)
	}
	return fmt.Sprintf("attempt %d at %s, after: %s", w.Attempt, w.Until.Local().Format(time.TimeOnly), w.Error)
}

// waitsOf are what a study's own progress tells: the study waits for its data sets, and these for their turn, or with their cells for
// their sample.
func waitsOf(p workflows.Progress) (waits []Wait) {
	if p.Waiting != "" {
		waits = append(waits, Wait{Of: p.Study, For: ForDevice, What: p.Waiting})
	}
	if p.State == ziplaw.StudyPaused {
		waits = append(waits, Wait{Of: p.Study, For: ForResume, What: "ziplaw resume " + p.Study})
	}
	var open []string
	for _, d := range p.DataSets {
		of := p.Study + "/" + d.DataSet
		switch d.Phase {
		case ziplaw.PhaseDone, ziplaw.PhaseFailed:
			continue
		case ziplaw.PhasePlan:
			waits = append(waits, Wait{Of: of, For: ForTurn, What: "its turn among the data sets", Cells: d.Cells.Queued})
		case ziplaw.PhaseSample:
			waits = append(waits, Wait{Of: of, For: ForSample, What: "its sample", Cells: d.Cells.Queued})
		}
		open = append(open, d.DataSet)
	}
	if p.Phase == ziplaw.PhaseTrain && len(open) > 0 {
		waits = append([]Wait{{Of: p.Study, For: ForDataSets, What: setsText(open)}}, waits...)
	}
	return waits
}

// mostNamed is how many data sets a wait names.
const mostNamed = 4

func setsText(names []string) string {
	if more := len(names) - mostNamed; more > 0 {
		return fmt.Sprintf("its data sets %s and %d more", strings.Join(names[:mostNamed], ", "), more)
	}
	if len(names) == 1 {
		return "its data set " + names[0]
	}
	return "its data sets " + strings.Join(names, ", ")
}

// waitsOfWork are what pending activities wait for. Cells that no worker has had have no name here, and are counted.
func waitsOfWork(study string, work []Work, now time.Time) (waits []Wait) {
	unnamed := map[string]int{} // by its data set, the place of a wait for a slot
	for _, w := range work {
		wait, waiting := w.wait(now)
		if !waiting {
			continue
		}
		if wait.Of != "" {
			waits = append(waits, wait)
			continue
		}
		wait.Of = strings.TrimPrefix(w.Workflow, ziplaw.WorkflowID(""))
		if wait.For != ForSlot || !w.trains() {
			waits = append(waits, wait)
			continue
		}
		i, found := unnamed[wait.Of]
		if !found {
			i, waits = len(waits), append(waits, wait)
			unnamed[wait.Of] = i
		}
		waits[i].Cells++
	}
	return waits
}

// wait is what an activity waits for; false where it is at work. It has no Of where no worker has told which cell it is.
func (w Work) wait(now time.Time) (Wait, bool) {
	wait := Wait{Of: w.Progress.Cell}
	switch {
	case w.Paused:
		wait.For, wait.What = ForResume, "somebody who resumes it"
	case !w.Started && w.Failure != "" && w.Next.After(now):
		wait.For, wait.What, wait.Until, wait.Attempt, wait.Error = ForRetry, "its next attempt", w.Next, w.Attempt, w.Failure
	case !w.Started:
		wait.For, wait.What = ForSlot, "a worker's slot"
	case strings.HasPrefix(w.Progress.Waiting, claimed):
		wait.For, wait.What = ForClaim, w.Progress.Waiting
	case w.Progress.Waiting == "memory":
		wait.For, wait.What = ForMemory, w.Progress.Waiting
	case w.Progress.Waiting != "":
		wait.For, wait.What = ForDevice, w.Progress.Waiting
	default:
		return wait, false
	}
	return wait, true
}

// claimed begins what an activity says that waits for another attempt's claim.
const claimed = "the attempt "

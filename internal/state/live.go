package state

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/workflows"
)

// Live is a running study at a moment.
type Live struct {
	Progress workflows.Progress
	// Work is what its workflows have asked workers for: at work, or waiting.
	Work []Work
	// Waits are what waits for what: the study, its data sets and its cells.
	Waits []Wait
	// Trouble is why nothing may move, in a sentence; empty where nothing is known.
	Trouble string
	Elapsed time.Duration
	Left    Left
}

// Paused says that the study is held until somebody resumes it.
func (l Live) Paused() bool { return l.Progress.State == ziplaw.StudyPaused }

// Training are the cells that a worker has, as they said last.
func (l Live) Training() (cells []activities.Progress) {
	for _, w := range l.Work {
		if w.Started && w.trains() && w.Progress.Cell != "" {
			cells = append(cells, w.Progress)
		}
	}
	return cells
}

// Failing are the activities that failed and are tried again, in sentences.
func (l Live) Failing() (sentences []string) {
	for _, w := range l.Work {
		if w.Failure != "" && w.Attempt > 1 {
			sentences = append(sentences, fmt.Sprintf("%s of %s failed and is tried again (attempt %d): %s", w.Activity, w.Workflow, w.Attempt, w.Failure))
		}
	}
	return sentences
}

// mostAsked is how many data sets are asked at a time: where hundreds are at work, more cells than fit on a screen are among the
// first of them.
const mostAsked = 24

// Now completes a study's progress by what its workflows can't know: which cells have a worker, and which activities wait, or fail
// and are tried again. A workflow that can't be asked is left out.
func (s Source) Now(ctx context.Context, p workflows.Progress) Live {
	l := Live{}
	if work, err := s.work(ctx, ziplaw.WorkflowID(p.Study)); err == nil {
		l.Work = work
	}
	asked := 0
	for i, d := range p.DataSets {
		if !atWork(d) {
			continue
		}
		if asked++; asked > mostAsked {
			break
		}
		work, err := s.work(ctx, ziplaw.DataSetWorkflowID(p.Study, d.DataSet))
		if err != nil {
			continue
		}
		l.Work = append(l.Work, work...)
		c := &p.DataSets[i].Cells // which may be older than the first cell's start
		left := c.Running + c.Queued
		c.Running = min(started(work), left)
		c.Queued = left - c.Running
	}
	p.Cells = ziplaw.Counts{}
	for _, d := range p.DataSets {
		p.Cells = p.Cells.Add(d.Cells)
	}
	l.Progress = p
	l.Waits = append(waitsOf(p), waitsOfWork(p.Study, l.Work, time.Now())...)
	l.Trouble = s.trouble(ctx, p)
	return l
}

// atWork says whether a data set's workflow has activities.
func atWork(d workflows.DataSetProgress) bool {
	return d.Phase != ziplaw.PhasePlan && d.Phase != ziplaw.PhaseDone && d.Phase != ziplaw.PhaseFailed
}

func started(work []Work) (cells int) {
	for _, w := range work {
		if w.Started && w.trains() {
			cells++
		}
	}
	return cells
}

// trouble is what a study waits for that doesn't come by itself: a device of some kind, or a worker of those that train its cells.
func (s Source) trouble(ctx context.Context, p workflows.Progress) string {
	if p.Waiting != "" {
		return "waiting for " + p.Waiting
	}
	c := p.Cells
	if p.Phase != ziplaw.PhaseTrain || p.Numerics == "" || c.Running > 0 || c.Queued == 0 {
		return ""
	}
	kinds, err := activities.KindsOfDevices(ctx, s.Temporal)
	if err != nil || slices.Contains(kinds, p.Numerics) {
		return ""
	}
	return fmt.Sprintf("waiting for a worker with a device of the kind %s: ziplaw worker --device cuda starts one", p.Numerics)
}

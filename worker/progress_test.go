package worker_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/workflows"
)

// progress asks a study how far it is; false while no worker has answered.
func (s *site) progress(study string) (p map[string]json.RawMessage, ok bool) {
	s.t.Helper()
	answer, err := s.client.QueryWorkflow(s.t.Context(), ziplaw.WorkflowID(study), "", workflows.ProgressQuery)
	if err != nil {
		return nil, false
	}
	s.must(answer.Get(&p))
	return p, true
}

// TestProgress asks a running study again and again: the counts add up at each moment and go on.
func TestProgress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	run := s.begin(tiny(t, "asked", budgets(4096, 8192, 16384, 32768, 49152, 65536)))
	var phases []string
	finished, last := 0, false
	for !last {
		last = s.ended(run.GetID()) // one more question after the end
		p, ok := s.progress("asked")
		if !ok {
			continue
		}
		phase, done := wantProgress(t, p, 24)
		if done < finished {
			t.Errorf("%d finished cells after %d", done, finished)
		}
		finished = done
		if !slices.Contains(phases, phase) {
			phases = append(phases, phase)
		}
	}
	if finished != 24 || !slices.Contains(phases, ziplaw.PhaseTrain) || phases[len(phases)-1] != ziplaw.PhaseDone {
		t.Errorf("%d cells finished; phases %v", finished, phases)
	}
}

// wantProgress checks the answer's fields, as the formats name them, and its counts.
func wantProgress(t *testing.T, p map[string]json.RawMessage, total int) (phase string, finished int) {
	t.Helper()
	var state string
	var version ziplaw.Key
	var sets []struct {
		DataSet, Phase string
		Cells          map[string]int
	}
	var cells map[string]int
	for field, into := range map[string]any{"state": &state, "phase": &phase, "version": &version, "cells": &cells, "datasets": &sets} {
		if err := json.Unmarshal(p[field], into); err != nil {
			t.Fatalf("progress without a good %s: %s", field, p[field])
		}
	}
	if string(p["study"]) != `"asked"` || (state == ziplaw.StudyDone) != (phase == ziplaw.PhaseDone) {
		t.Errorf("study %s is %s in phase %s", p["study"], state, phase)
	}
	if phase != ziplaw.PhasePlan && len(version) != 64 || len(sets) != 2 {
		t.Errorf("phase %s: version %q, %d data sets", phase, version, len(sets))
	}
	finished = wantCounts(t, cells, total)
	sum := 0
	for _, d := range sets {
		sum += wantCounts(t, d.Cells, total/2)
	}
	if sum != finished {
		t.Errorf("%d cells finished, by data sets %d", finished, sum)
	}
	return phase, finished
}

func wantCounts(t *testing.T, c map[string]int, total int) (finished int) {
	t.Helper()
	for _, state := range []string{"total", "done", "reused", "failed", "diverged", "running", "queued"} {
		if n, found := c[state]; !found || n < 0 {
			t.Errorf("%d cells %s in %v", n, state, c)
		}
	}
	finished = c["done"] + c["diverged"] + c["failed"]
	if c["total"] != total || finished+c["running"]+c["queued"] != total || c["reused"] > c["done"] {
		t.Errorf("counts don't add up to %d: %v", total, c)
	}
	return finished
}

// ended says whether a workflow's last run has ended.
func (s *site) ended(workflow string) bool {
	s.t.Helper()
	return s.last(workflow).GetCloseTime() != nil
}

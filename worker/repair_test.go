package worker_test

import (
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/store"
	"github.com/ziplaw/ziplaw/worker"
)

// versionFile is the object of a study's finished version.
func versionFile(s *site) string { return s.objects("studies/")[0] }

// TestRepair flips a byte of each kind of object that a finished study leaves. Running the study again names what was damaged,
// makes it again, and ends in the same numbers. No cell has another record but the one whose own is gone; then everything is as it
// should be.
func TestRepair(t *testing.T) {
	t.Parallel()
	s := bareSite(t, nextSite())
	s.start(worker.Options{})
	before := s.run(tiny(t, "repaired"))
	spec := func(s *site) string { return artifactName(s.version(before).Spec) }
	origin := func(s *site) string {
		for _, rec := range s.records("sample") {
			id, _ := rec.Input("origin")
			return artifactName(id)
		}
		return ""
	}
	for _, v := range []struct {
		name string
		of   []func(*site) string // of one round
		new  int                  // records of cells
	}{
		{"version", []func(*site) string{versionFile}, 0},
		{"sample's artifacts", []func(*site) string{spec, origin, outputOf("sample", "documents"), outputOf("sample", "manifest"), outputOf("sample", "document-digests")}, 0},
		{"sample's record", []func(*site) string{recordOf("sample")}, 0},
		{"entries", []func(*site) string{entryOf("sample"), entryOf("train-cell"), entryOf("fit")}, 0},
		{"measures", []func(*site) string{outputOf("compress", "h-per-document"), outputOf("fit", "diagnostics"), outputOf("train-cell", "losses")}, 0},
		{"compress's record", []func(*site) string{recordOf("compress")}, 0},
		{"cell's record", []func(*site) string{recordOf("train-cell")}, 1},
		{"fit's record", []func(*site) string{recordOf("fit")}, 0},
		{"regress's record", []func(*site) string{recordOf("regress"), outputOf("report", "report.json")}, 0},
		{"report", []func(*site) string{outputOf("report", "report.html"), outputOf("report", "cells.csv")}, 0},
		{"report's record", []func(*site) string{recordOf("report")}, 0},
	} {
		t.Run(v.name, func(t *testing.T) {
			trained := attempts(s)
			s.stop()
			var victims []string
			for _, of := range v.of {
				victims = append(victims, of(s))
			}
			for _, name := range victims {
				s.flip(name)
			}
			s.start(worker.Options{})
			r := s.run(tiny(t, "repaired"))
			if r.Digest != before.Digest || r.DigestCells != before.DigestCells {
				t.Errorf("digest %s, want %s", r.Digest, before.Digest)
			}
			if v.name != "entries" && !named(r.Warnings) {
				t.Errorf("nothing is named: %+v", r.Warnings)
			}
			now, err := lineage.Verify(t.Context(), s.store, s.version(r), lineage.Options{})
			s.must(err)
			for _, p := range now.Problems {
				t.Errorf("%s: %s", p.ID, p)
			}
			again := 0
			for key, attempt := range attempts(s) {
				if trained[key] != attempt {
					again++
				}
			}
			if again != v.new {
				t.Errorf("%d cells have another record, want %d", again, v.new)
			}
		})
	}
}

// TestSharedCells: cells whose study has lost its spec serve another study without being trained again.
func TestSharedCells(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.run(tiny(t, "shared"))
	s.must(s.store.Remove(t.Context(), s.version(first).Spec))
	second := s.run(tiny(t, "sharing"))
	if second.Cells.Reused != first.Cells.Total || second.DigestCells != first.DigestCells {
		t.Errorf("cells %+v of %+v", second.Cells, first.Cells)
	}
	now, err := lineage.Verify(t.Context(), s.store, s.version(second), lineage.Options{})
	s.must(err)
	for _, p := range now.Problems {
		t.Errorf("%s: %s", p.ID, p)
	}
}

func named(warnings []ziplaw.Warning) bool {
	for _, w := range warnings {
		if w.Code == "repaired" {
			return true
		}
	}
	return false
}

// attempts are who trained each cell, and when.
func attempts(s *site) map[ziplaw.Key]string {
	all := map[ziplaw.Key]string{}
	for e, err := range s.store.Entries(s.t.Context()) {
		s.must(err)
		if rec, ok := trainedRecord(s, e); ok {
			all[e.Key] = rec.Started.String()
		}
	}
	return all
}

func trainedRecord(s *site, e store.Entry) (rec ziplaw.Record, ok bool) {
	err := s.store.GetJSON(s.t.Context(), e.Record, &rec)
	return rec, err == nil && rec.Action == "train-cell"
}

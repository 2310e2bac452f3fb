package studies_test

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/regression"
	"github.com/ziplaw/ziplaw/analysis/scaling"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/llama"
	"github.com/ziplaw/ziplaw/internal/plan"
	"github.com/ziplaw/ziplaw/internal/spec"
	"github.com/ziplaw/ziplaw/studies"
)

// The files of testdata/quick are those of the quick study's report, without the rows of its corpora, which differ from
// one Go release to the next. TestRealQuickStudy in cmd/ziplaw runs the study and compares, and with -regen writes them.

// sheet is a CSV file with the place of each column.
type sheet struct {
	columns map[string]int
	rows    [][]string
}

func quickFile(t *testing.T, name string) sheet {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "quick", name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%s: %d rows, %v", name, len(rows), err)
	}
	s := sheet{columns: map[string]int{}, rows: rows[1:]}
	for i, head := range rows[0] {
		s.columns[head] = i
	}
	return s
}

func (s sheet) text(row []string, column string) string { return row[s.columns[column]] }

func (s sheet) number(t *testing.T, row []string, column string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s.text(row, column), 64)
	if err != nil {
		t.Fatalf("%s: %v", column, err)
	}
	return x
}

func quick(t *testing.T) ziplaw.Study {
	t.Helper()
	text, _ := studies.Find("quick")
	s, err := spec.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestQuickFindsWhatItFound fits the laws of the quick study's recorded losses and regresses them. A change of the fit that
// moves the finding is seen here.
func TestQuickFindsWhatItFound(t *testing.T) {
	study := quick(t)
	options := study.Fit.OfLaw()
	var hs []float64
	var fits []ziplaw.Fit
	sets, cells := quickFile(t, "datasets.csv"), quickFile(t, "cells.csv")
	for _, set := range sets.rows {
		name := sets.text(set, "dataset")
		var points []scaling.Point
		for _, c := range cells.rows {
			if cells.text(c, "dataset") == name {
				points = append(points, scaling.Point{N: cells.number(t, c, "n"), D: cells.number(t, c, "d"), L: cells.number(t, c, "final")})
			}
		}
		fit, err := scaling.Law(t.Context(), points, options)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		hs, fits = append(hs, sets.number(t, set, "h")), append(fits, fit)
	}
	found := regression.Regress(hs, fits, study.Fit.Level)
	pinned := quickFile(t, "regressions.csv")
	for i, row := range pinned.rows {
		r := found[i]
		for column, got := range map[string]float64{
			"slope": r.Slope, "slope_low": r.Intervals["slope"][0], "slope_high": r.Intervals["slope"][1], "intercept": r.Intercept, "p_value": *r.PValue,
		} {
			if want := pinned.number(t, row, column); math.Abs(got-want) > 1e-9*math.Abs(want) {
				t.Errorf("%s: %s is %v, and was %v", r.Parameter, column, got, want)
			}
		}
		if r.N != int(pinned.number(t, row, "n")) || r.Parameter != pinned.text(row, "parameter") {
			t.Errorf("%s over %d data sets, and was %s over %s", r.Parameter, r.N, pinned.text(row, "parameter"), pinned.text(row, "n"))
		}
	}
}

// TestQuickTrainsWhatItTrained trains the smallest cells of the quick study again, one of each class of grammars, to the
// recorded bits. A change of the kernels, the trainer or the sampling that moves the finding is seen here.
func TestQuickTrainsWhatItTrained(t *testing.T) {
	study := quick(t)
	cells := quickFile(t, "cells.csv")
	seen := map[string]bool{}
	for _, d := range study.DataSets() {
		if d.Grammar == nil || seen[d.Class] {
			continue
		}
		seen[d.Class] = true
		t.Run(d.Name, func(t *testing.T) {
			all := study.Cells(d.Name)
			for _, cell := range []ziplaw.Cell{all[0], all[len(all)/3]} {
				i := slices.IndexFunc(cells.rows, func(row []string) bool { return cells.text(row, "cell") == cell.String() })
				if i < 0 {
					t.Fatalf("%s isn't recorded", cell)
				}
				want := cells.number(t, cells.rows[i], "validation")
				if got := validation(t, study, d, cell); got != want {
					t.Errorf("%s ends at %v, and ended at %v", cell, got, want)
				}
			}
		})
	}
	if len(seen) < 4 {
		t.Errorf("only %d classes of grammars", len(seen))
	}
}

// validation trains a cell and validates it.
func validation(t *testing.T, study ziplaw.Study, d ziplaw.DataSet, cell ziplaw.Cell) float64 {
	t.Helper()
	source, err := dataset.Open(t.Context(), study, d, dataset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	vocabulary := dataset.NewVocabulary(study, source.Vocabulary())
	order := dataset.Order(cell.Seed, ziplaw.Documents(cell.D, study.Context), source.Len())
	if err := source.Prepare(t.Context(), 1+int(slices.Max(order))); err != nil {
		t.Fatal(err)
	}
	compact := func(doc []int32, err error) []int32 {
		if err == nil {
			err = vocabulary.Compact(doc)
		}
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	var documents, held llama.Slice
	for _, i := range order {
		documents = append(documents, compact(source.Train(nil, int(i))))
	}
	for i := range study.Recipe.HeldOut {
		held = append(held, compact(source.HeldOut(nil, i)))
	}
	backend := kernel.NewCPU(2)
	defer func() { _ = backend.Close() }()
	trainer, err := llama.New(plan.Config(study, cell, vocabulary.Size), plan.Recipe(study, cell, vocabulary.Pad), backend, cell.Seed, documents)
	if err != nil {
		t.Fatal(err)
	}
	if err := trainer.Run(context.Background(), 16, func(int, float64) error { return nil }); err != nil {
		t.Fatal(err)
	}
	loss, err := trainer.Validate(held)
	if err != nil {
		t.Fatal(err)
	}
	return loss
}

//go:build real

package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/spec"
	"github.com/ziplaw/ziplaw/studies"
)

var regen = flag.Bool("regen", false, "write what the quick study finds into studies/testdata/quick")

// TestRealQuickStudy runs the quick study as a newcomer does. Its grammars' cells end in the recorded bits, on any CPU, and
// its regressions are the recorded ones.
func TestRealQuickStudy(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes minutes")
	}
	const most = 25 * time.Minute // a busy machine; a quiet one takes 2 minutes on 2 cores
	f := newFolder(t)
	p := f.launch("run", "quick")
	select {
	case <-p.ended:
	case <-time.After(most):
		t.Fatalf("not within %v: %s", most, p.stderr.String())
	}
	r := p.result()
	if r.State != ziplaw.StudyDone || r.Cells.Done != r.Cells.Total || len(r.Regressions) != len(ziplaw.RegressionNames) {
		t.Fatalf("%+v", r)
	}
	t.Logf("%d cells in %.0f s, %s", r.Cells.Done, r.Seconds, r.DigestCells)
	for _, name := range []string{"cells.csv", "datasets.csv", "regressions.csv"} {
		got := recorded(t, filepath.Join(filepath.Dir(r.Report), name))
		pinned := filepath.Join("..", "..", "studies", "testdata", "quick", name)
		if *regen {
			if err := os.WriteFile(pinned, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(pinned)
		if err != nil {
			t.Fatal(err)
		}
		if d := firstDifference(got, string(want), name != "cells.csv"); d != "" {
			t.Errorf("%s isn't what it was: %s", name, d)
		}
	}
}

// recordedColumns are those of a report's file that the record keeps.
var recordedColumns = map[string][]string{
	"cells.csv":       {"cell", "dataset", "n", "d", "final", "validation"},
	"datasets.csv":    {"dataset", "h", "entropy0", "entropy1"},
	"regressions.csv": {"parameter", "n", "slope", "slope_low", "slope_high", "intercept", "p_value"},
}

// recorded is a report's file without the rows of corpora, which change with the Go release.
func recorded(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var places []int
	for _, column := range recordedColumns[filepath.Base(path)] {
		places = append(places, slices.Index(rows[0], column))
	}
	var kept bytes.Buffer
	w := csv.NewWriter(&kept)
	dataset := slices.Index(rows[0], "dataset")
	for i, row := range rows {
		if i > 0 && dataset >= 0 && corpus(t, row[dataset]) {
			continue
		}
		var texts []string
		for _, place := range places {
			texts = append(texts, row[place])
		}
		_ = w.Write(texts) // a Buffer takes everything
	}
	w.Flush()
	return kept.String()
}

// corpus tells whether a data set of the quick study is one of files.
func corpus(t *testing.T, name string) bool {
	t.Helper()
	text, _ := studies.Find("quick")
	s, err := spec.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := s.DataSet(name)
	return d.Files != nil
}

// firstDifference is the first line in which two files differ; "" where none does. Across architectures the analysis is
// equal within 1e-9, and the cells are equal.
func firstDifference(got, want string, near bool) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	if len(a) != len(b) {
		return fmt.Sprintf("%d lines, and there were %d", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] && (!near || !nearby(strings.Split(a[i], ","), strings.Split(b[i], ","))) {
			return a[i] + ", and was " + b[i]
		}
	}
	return ""
}

func nearby(got, want []string) bool {
	return slices.EqualFunc(got, want, func(a, b string) bool {
		x, err := strconv.ParseFloat(a, 64)
		y, other := strconv.ParseFloat(b, 64)
		return a == b || err == nil && other == nil && math.Abs(x-y) <= 1e-9*math.Abs(y)
	})
}

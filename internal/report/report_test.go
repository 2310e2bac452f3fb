package report

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
)

const hostile = `<script>alert("1")</script>'"&-->`

// shapes are the studies that every promise of a report is held against.
var shapes = map[string]shape{
	"quick":        quickShape,
	"one data set": {sets: 1, models: 4, budgets: 4, seeds: 1},
	"two sets":     {sets: 2, models: 4, budgets: 4, seeds: 1},
	"no law":       {sets: 2, models: 2, budgets: 2, seeds: 1, noLaw: true},
	"diverged":     {sets: 3, models: 4, budgets: 4, seeds: 1, diverged: 2},
	"all diverged": {sets: 2, models: 2, budgets: 2, seeds: 1, noLaw: true, diverged: 4},
	"hostile":      {sets: 3, models: 2, budgets: 3, seeds: 1, names: func(i int) string { return fmt.Sprint(hostile, i) }},
	"beside":       {sets: 7, models: 4, budgets: 4, seeds: 1, beside: []int{4, 6}},
	"nothing":      {},
}

func build(t *testing.T, in Input) map[string][]byte {
	t.Helper()
	files, err := Build(in)
	if err != nil {
		t.Fatal(err)
	}
	if files[0].Name != HTMLName {
		t.Errorf("the first file is %s", files[0].Name)
	}
	all := map[string][]byte{}
	for _, f := range files {
		all[f.Name] = f.Bytes
	}
	if len(all) != 6 {
		t.Errorf("%d files", len(all))
	}
	return all
}

func TestEqualInputsGiveEqualBytes(t *testing.T) {
	for name, s := range shapes {
		one, two := build(t, synthetic(s)), build(t, synthetic(s))
		for file := range one {
			if !bytes.Equal(one[file], two[file]) {
				t.Errorf("%s: %s differs between two builds", name, file)
			}
		}
	}
}

// TestReportsOfTheSameNumbersAreEqual: another run of a study, elsewhere and slower, has the same report.
func TestReportsOfTheSameNumbersAreEqual(t *testing.T) {
	one := synthetic(quickShape)
	two := synthetic(quickShape)
	two.Result.RunID, two.Result.Seconds, two.Result.Cells.Reused = "another", 9e9, 17
	for i := range two.Cells {
		two.Cells[i].Result.Seconds, two.Cells[i].Record = 77, ziplaw.IDOf([]byte{byte(i)})
	}
	a, b := build(t, one), build(t, two)
	for file := range a {
		if !bytes.Equal(a[file], b[file]) {
			t.Errorf("%s holds what is of one run only", file)
		}
	}
}

func TestManyDataSetsStaySmall(t *testing.T) {
	in := complete(synthetic(shape{sets: 40, models: 6, budgets: 6, seeds: 2}))
	page, err := htmlFile(in)
	if err != nil {
		t.Fatal(err)
	}
	n := len(page)
	t.Logf("%d cells make %d bytes", len(in.Cells), n)
	if n > 3<<20 {
		t.Errorf("%d cells make %d bytes of HTML", len(in.Cells), n)
	}
}

func TestBuildSaysWhatItCannotWrite(t *testing.T) {
	in := synthetic(quickShape)
	in.Result.Fits[0].R2 = math.NaN()
	if _, err := Build(in); err == nil || !strings.Contains(err.Error(), "report of synthetic: report.json") {
		t.Errorf("NaN in JSON: %v", err)
	}
}

// TestDivergedCurvesBreakNothing: their losses end in no numbers.
func TestDivergedCurvesBreakNothing(t *testing.T) {
	in := synthetic(shape{sets: 2, models: 2, budgets: 3, seeds: 1, diverged: 6})
	for i := range in.Cells {
		in.Cells[i].Curve = []float32{3, float32(math.Inf(1)), float32(math.NaN())}
	}
	in.HPerDocument[0] = []float64{0.3, math.NaN()}
	in.HPerDocument[1] = nil
	if page := string(build(t, in)[HTMLName]); strings.Contains(page, "NaN") || strings.Contains(page, "Inf") {
		t.Error("no numbers are drawn or written")
	}
}

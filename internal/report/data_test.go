package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"reflect"
	"strconv"
	"testing"

	"github.com/ziplaw/ziplaw"
)

func TestJSONReadsBackToTheSameNumbers(t *testing.T) {
	in := synthetic(shapes["diverged"])
	var got struct {
		Spec   ziplaw.Study       `json:"spec"`
		Result ziplaw.StudyResult `json:"result"`
		Cells  []struct {
			Cell   string            `json:"cell"`
			Key    ziplaw.Key        `json:"key"`
			Result ziplaw.CellResult `json:"result"`
			Final  *float64          `json:"final"`
		} `json:"cells"`
	}
	if err := json.Unmarshal(build(t, in)[JSONName], &got); err != nil {
		t.Fatal(err)
	}
	want := in.Result
	if !reflect.DeepEqual(got.Spec, in.Study) || !reflect.DeepEqual(got.Result.Fits, want.Fits) ||
		!reflect.DeepEqual(got.Result.DataSets, want.DataSets) || !reflect.DeepEqual(got.Result.Regressions, want.Regressions) ||
		got.Result.Digest != want.Digest || got.Result.Cells != want.Cells {
		t.Error("report.json isn't the study's spec and result")
	}
	if len(got.Cells) != len(in.Cells) {
		t.Fatalf("%d cells", len(got.Cells))
	}
	for i, c := range in.Cells {
		r := c.Result
		r.Seconds = 0
		final, finished := c.final(in.Study.Fit)
		if g := got.Cells[i]; !reflect.DeepEqual(g.Result, r) || g.Cell != c.Cell.String() || g.Key != c.Key || (g.Final != nil) != finished || finished && *g.Final != final {
			t.Errorf("%s: %+v", c.Cell, g)
		}
	}
}

// sheet is a CSV file with its numbers by column.
type sheet struct {
	t     *testing.T
	names map[string]int
	rows  [][]string
}

func readCSV(t *testing.T, b []byte) sheet {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll() // refuses rows of unequal length
	if err != nil {
		t.Fatal(err)
	}
	s := sheet{t: t, names: map[string]int{}, rows: rows[1:]}
	for i, name := range rows[0] {
		s.names[name] = i
	}
	return s
}

func (s sheet) text(row int, name string) string {
	s.t.Helper()
	i, ok := s.names[name]
	if !ok {
		s.t.Fatalf("no column %s", name)
	}
	return s.rows[row][i]
}

func (s sheet) holds(row int, name string, want float64) {
	s.t.Helper()
	if got, err := strconv.ParseFloat(s.text(row, name), 64); err != nil || got != want {
		s.t.Errorf("row %d: %s is %q, want %v", row, name, s.text(row, name), want)
	}
}

func (s sheet) empty(row int, names ...string) {
	s.t.Helper()
	for _, name := range names {
		if s.text(row, name) != "" {
			s.t.Errorf("row %d: %s is %q", row, name, s.text(row, name))
		}
	}
}

func TestCSVReadsBackToTheSameNumbers(t *testing.T) {
	for _, name := range []string{"quick", "diverged", "two sets", "hostile", "no law"} {
		t.Run(name, func(t *testing.T) {
			in := synthetic(shapes[name])
			files := build(t, in)
			cellsHold(readCSV(t, files[cellsName]), in)
			dataSetsHold(readCSV(t, files[dataSetsName]), in)
			fitsHold(readCSV(t, files[fitsName]), in)
			regressionsHold(readCSV(t, files[regressionsName]), in)
		})
	}
}

func cellsHold(s sheet, in Input) {
	if len(s.rows) != len(in.Cells) {
		s.t.Fatalf("%d cells", len(s.rows))
	}
	for i, c := range in.Cells {
		r := c.Result
		s.holds(i, "n", float64(r.N))
		s.holds(i, "d", float64(r.D))
		s.holds(i, "flops", r.FLOPs)
		s.holds(i, "flops_6nd", r.FLOPs6ND)
		if r.State == ziplaw.StateDiverged {
			s.empty(i, "final", "last", "mean_last_10", "validation")
			s.holds(i, "diverged_at", float64(r.DivergedAt))
			continue
		}
		s.holds(i, "final", r.Validation)
		s.holds(i, "last", r.Last)
		s.holds(i, "mean_last_10", r.MeanLast)
	}
}

func dataSetsHold(s sheet, in Input) {
	for i, d := range in.Result.DataSets {
		if s.text(i, "dataset") != d.DataSet {
			s.t.Errorf("data set %q", s.text(i, "dataset"))
		}
		s.holds(i, "h", d.H.Value)
		s.holds(i, "h_low", d.H.Low)
		s.holds(i, "h_high", d.H.High)
		s.holds(i, "entropy0", d.Entropy0)
		s.holds(i, "entropy1", d.Entropy1)
	}
}

func fitsHold(s sheet, in Input) {
	if len(s.rows) != len(in.Result.Fits) {
		s.t.Fatalf("%d fits", len(s.rows))
	}
	for i, f := range in.Result.Fits {
		for _, name := range ziplaw.Parameters {
			s.holds(i, name, f.Parameter(name))
			s.holds(i, name+"_low", f.Intervals[name][0])
			s.holds(i, name+"_high", f.Intervals[name][1])
		}
		s.holds(i, "r2", f.R2)
		s.holds(i, "a", f.LogA)
		if f.LogE == nil {
			s.empty(i, "e")
		} else {
			s.holds(i, "e", *f.LogE)
		}
	}
}

func regressionsHold(s sheet, in Input) {
	if len(s.rows) != len(in.Result.Regressions) {
		s.t.Fatalf("%d regressions", len(s.rows))
	}
	for i, g := range in.Result.Regressions {
		s.holds(i, "slope", g.Slope)
		s.holds(i, "intercept", g.Intercept)
		if g.PValue == nil {
			s.empty(i, "p_value", "slope_se", "slope_low")
			continue
		}
		s.holds(i, "p_value", *g.PValue)
		s.holds(i, "slope_se", *g.SlopeSE)
		s.holds(i, "slope_low", g.Intervals["slope"][0])
	}
}

// TestGrammarOfAFileInWords: it is told by its file's name, and is of no class of the paper's.
func TestGrammarOfAFileInWords(t *testing.T) {
	set := ziplaw.DataSet{Grammar: &ziplaw.Grammar{File: "/a/b/english.txt", GrammarClass: ziplaw.GrammarClass{Separator: "shared"}}, SamplingSeed: 3}
	if got := sourceText(set); got != "grammar of english.txt, separator shared; sampling seed 3" {
		t.Error(got)
	}
	in := Input{Study: ziplaw.Study{Datasets: []ziplaw.DataSetSpec{{Name: "g", Grammar: set.Grammar}}}, Result: ziplaw.StudyResult{Regressed: []string{"g"}}}
	if in.oneVocabulary() || grammarsOf(in.Study) != nil {
		t.Error("it has a number of terminals")
	}
}

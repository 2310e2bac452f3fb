package runs

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
)

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		asCSV, asTSV, asJSON, "[" + asJSON + "]", zipped(asCSV), "params;flops;loss\r\n1.3B;\"1,300\";2,71\r\n", "# a\n\ufeffn,d,l\n\"1\n\",2\n",
		`{"a": {"params": null}, "tokens": [1, {}], "loss": "2.5"}`, string(parquetOf(f, []flat{{1, 2, 3}})), string(parquetOf(f, []nested{nestedRow(1, 2, 3)})),
	} {
		for _, format := range append([]string{""}, Formats...) {
			f.Add([]byte(seed), format)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, format string) {
		for _, c := range []Columns{{}, {N: "config.params", D: "config.tokens", Cluster: "text"}, {N: "n", D: "d", L: "l", By: "n", Weight: "d"}} {
			got, err := Read(bytes.NewReader(data), "fuzz", format, c)
			if err != nil {
				if _, ok := errors.AsType[*Error](err); !ok {
					t.Fatalf("%T: %v", err, err)
				}
				continue
			}
			checkTable(t, got)
		}
	})
}

// checkTable checks what a fit relies on.
func checkTable(t *testing.T, got Table) {
	t.Helper()
	if len(got.Runs) == 0 || len(got.Sets) == 0 {
		t.Fatalf("no runs and no error: %+v", got)
	}
	row := 0
	for _, r := range got.Runs {
		for _, v := range []float64{r.N, r.D, r.L, r.Weight} {
			if !(v > 0) || math.IsInf(v, 0) {
				t.Fatalf("%+v", r)
			}
		}
		if r.Row < max(row, 1) {
			t.Fatalf("row %d after row %d", r.Row, row)
		}
		row = r.Row
	}
}

// FuzzCondition holds that no text makes ParseCondition panic, and that what it takes can be asked.
func FuzzCondition(f *testing.F) {
	for _, text := range []string{"D<2e6", " L >= 10 ", "row=17", "C<1e15", "N<", "<3", "D<=nan", "D<2<3"} {
		f.Add(text)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		if c, err := ParseCondition(text); err == nil {
			_ = c.Holds(1, 2, 3, 4)
		}
	})
}

// FuzzLaws holds that no table makes readLaws panic, and that all that it reads is numbers.
func FuzzLaws(f *testing.F) {
	f.Add("dataset,h,E,A,B,alpha,beta\na,0.1,0.5,400,900,1.0,0.9\n")
	f.Add("dataset,H,E,A,B,alpha,beta\na,0.1,0.5,400,900,1.0\n")
	f.Add("dataset,h,E,A,B,alpha,beta\n\"a")
	f.Add("dataset,h,E,A,B,alpha,beta\na,Inf,0.5,400,900,1.0,0.9\n")
	f.Add("a;b\n1;2\n")
	f.Fuzz(func(t *testing.T, text string) {
		laws, found, err := readLaws(strings.NewReader(text))
		if err != nil || !found {
			return
		}
		for _, l := range laws {
			if v := l.H + l.E + l.A + l.B + l.Alpha + l.Beta; math.IsNaN(l.H) || math.IsNaN(l.Alpha) || (math.IsNaN(v) && !math.IsInf(l.A, 0)) {
				t.Errorf("%q: %+v", text, l)
			}
		}
	})
}

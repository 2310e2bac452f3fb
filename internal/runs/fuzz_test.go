package runs

import (
	"bytes"
	"errors"
	"math"
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

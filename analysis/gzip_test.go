package analysis

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"github.com/ziplaw/ziplaw"
)

// TestSizesArePythons compares with the committed table of testdata/gzip_sizes.py.
func TestSizesArePythons(t *testing.T) {
	file, err := os.Open("testdata/gzip_sizes.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 100 {
		t.Fatalf("only %d rows", len(rows))
	}
	for _, row := range rows[1:] {
		var v [6]int
		for i := range v {
			if v[i], err = strconv.Atoi(row[i]); err != nil {
				t.Fatal(err)
			}
		}
		doc := make([]int32, v[0])
		for j := range doc {
			doc[j] = int32((v[1]*j + j*j%v[2]) % v[3])
		}
		got, err := CompressedSize(TokenBytes(nil, doc), v[4])
		if err != nil || got != v[5] {
			t.Errorf("row %v: size %d, %v", row, got, err)
		}
	}
}

func TestCompressedSizeRefusesLevels(t *testing.T) {
	if _, err := CompressedSize([]byte("a"), 11); err == nil {
		t.Error("level 11 has a size")
	}
}

func TestCompressibilityStatistics(t *testing.T) {
	docs := [][]int32{{1, 1, 1, 1, 1, 1, 1, 1}, {1, 2, 3, 4, 5, 6, 7, 8}, {9, 9, 9, 9, 9, 9, 9, 1}, {}}
	c, f := ziplaw.Compressibility{Level: 9, Documents: 1000, Statistic: "median"}, ziplaw.FitOptions{Level: .95, Resamples: 200, Seed: 1}
	m, h, err := Compressibility(docs, c, f)
	if err != nil {
		t.Fatal(err)
	}
	if len(h) != 3 || m.N != 3 {
		t.Fatalf("an empty document has an H: %v", h)
	}
	if m.Median != Median(h) || m.Value != m.Median || m.Low > m.Median || m.High < m.Median || m.SD <= 0 {
		t.Errorf("%+v over %v", m, h)
	}
	c.Statistic = "mean"
	if m, _, _ := Compressibility(docs, c, f); m.Value != m.Mean {
		t.Errorf("the statistic is %v, the mean %v", m.Value, m.Mean)
	}
}

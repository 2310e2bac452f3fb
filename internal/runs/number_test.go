package runs

import (
	"math"
	"strconv"
	"testing"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		text         string
		count        float64 // as a count; 0 for an error
		measure      float64 // as a loss or weight
		stands       bool
		countError   string
		measureError string
	}{
		{"2.5", 2.5, 2.5, true, "", ""},
		{"1e9", 1e9, 1e9, true, "", ""},
		{"1.3E+09", 1.3e9, 1.3e9, true, "", ""},
		{"+7", 7, 7, true, "", ""},
		{".5", 0.5, 0.5, true, "", ""},
		{"5.", 5, 5, true, "", ""},
		{"1300000000", 1.3e9, 1.3e9, true, "", ""},
		{"9007199254740993", 9007199254740992, 9007199254740992, true, "", ""},

		{"1.3B", 1.3e9, 0, false, "", "is no number"},
		{"2.3b", 2.3e9, 0, false, "", "is no number"},
		{"70M", 70e6, 0, false, "", "is no number"},
		{"70 m", 70e6, 0, false, "", "is no number"},
		{"5K", 5e3, 0, false, "", "is no number"},
		{"5k", 5e3, 0, false, "", "is no number"},
		{"4.1G", 4.1e9, 0, false, "", "is no number"},
		{"1.4T", 1.4e12, 0, false, "", "is no number"},
		{"1.T", 1e12, 0, false, "", "is no number"},
		{"1,300,000", 1.3e6, 0, false, "", "is no number"},
		{"1,300", 1300, 0, false, "", "has a comma: a decimal point belongs there, as in 1.300"},
		{"1,300.5", 1300.5, 0, false, "", "is no number"},
		{"1_000_000", 1e6, 0, false, "", "is no number"},

		{"2,71", 0, 0, false, "is no number: commas separate groups of three digits, as in 1,300,000", "has a comma: a decimal point belongs there, as in 2.71"},
		{"1300,000", 0, 0, false, "is no number: commas separate groups of three digits, as in 1,300,000", "has a comma: a decimal point belongs there, as in 1300.000"},
		{"1,300M", 0, 0, false, "has a comma and a unit, which can be read in two ways: write it without the comma", "is no number"},
		{"1,3B", 0, 0, false, "has a comma and a unit, which can be read in two ways: write it without the comma", "is no number"},
		{"1.300.000", 0, 0, false, "is no number", "is no number"},
		{"1e3M", 0, 0, false, "is no number", "is no number"},
		{"70M params", 0, 0, false, "is no number", "is no number"},
		{"1__000", 0, 0, false, "is no number", "is no number"},
		{"0x1p4", 0, 0, false, "is no number", "is no number"},
		{"n/a", 0, 0, false, "is no number", "is no number"},
		{"NaN", 0, 0, false, "is no number", "is no number"},
		{"Inf", 0, 0, false, "is no number", "is no number"},
		{"true", 0, 0, false, "is no number", "is no number"},
		{"0", 0, 0, false, "is not above 0", "is not above 0"},
		{"-0.0", 0, 0, false, "is not above 0", "is not above 0"},
		{"-3", 0, 0, false, "is not above 0", "is not above 0"},
		{"-1e999", 0, 0, false, "is not above 0", "is not above 0"},
		{"1e-999", 0, 0, false, "is not above 0", "is not above 0"},
		{"1e999", 0, 0, false, "is above the numbers of 64 bits", "is above the numbers of 64 bits"},
		{"0K", 0, 0, false, "is not above 0", "is no number"},
	} {
		checkNumber(t, c.text, true, c.count, c.stands, c.countError)
		checkNumber(t, c.text, false, c.measure, c.stands, c.measureError)
	}
}

func checkNumber(t *testing.T, text string, count bool, want float64, stands bool, message string) {
	t.Helper()
	got, gotStands, err := number(text, count)
	gotMessage := ""
	if err != nil {
		gotMessage = err.Error()
	}
	if got != want || gotMessage != message || err == nil && gotStands != stands {
		t.Errorf("%q, count %v: %v, stands %v, error %q; want %v, %v, %q", text, count, got, gotStands, gotMessage, want, stands, message)
	}
}

func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"1e9", "1.3B", "1,300,000", "2,71", "1_000", "-5", "NaN", "1e-400", "0x1p4", "", " 7", "٣"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, count := range []bool{true, false} {
			v, stands, err := number(text, count)
			if err != nil {
				continue
			}
			if !(v > 0) || math.IsInf(v, 0) {
				t.Errorf("%q is read as %v", text, v)
			}
			if std, err := strconv.ParseFloat(text, 64); stands && (err != nil || std != v) {
				t.Errorf("%q is read as %v, not %v, %v", text, v, std, err)
			}
			if !stands && !count {
				t.Errorf("%q is a measure in another spelling", text)
			}
		}
	})
}

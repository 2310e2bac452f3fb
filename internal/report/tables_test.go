package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ziplaw/ziplaw"
)

func TestTablesForATerminal(t *testing.T) {
	for _, c := range []struct {
		name  string
		shape shape
		want  []string
	}{
		{"quick", quickShape, []string{"Table 1.", "E is 0: the runs show no floor of the loss", "6 data sets are few for a slope", "alpha", "0.220", "[0.217, 0.222]"}},
		{"one data set", shape{sets: 1, models: 4, budgets: 4, seeds: 1}, []string{"No regression on H"}},
		{"no data set has a law", shape{sets: 2, models: 2, budgets: 2, seeds: 1, noLaw: true}, []string{"no data set has a law", "No regression on H"}},
		{"nothing", shape{}, []string{"no data set has a law", "Table 3."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := tablesOf(t, synthetic(c.shape).Result)
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			for _, line := range strings.Split(text, "\n") {
				if n := utf8.RuneCountInString(line); n > 120 {
					t.Errorf("%d columns: %s", n, line)
				}
			}
		})
	}
}

func TestTablesLetNoNameMoveTheCursor(t *testing.T) {
	r := synthetic(shape{sets: 1, models: 2, budgets: 3, seeds: 1, names: func(int) string { return "a\x1b[2J\tb\n" }}).Result
	if text := tablesOf(t, r); strings.ContainsAny(text, "\x1b\t") || !strings.Contains(text, "a?[2J?b?") {
		t.Errorf("%q", text)
	}
}

func tablesOf(t *testing.T, r ziplaw.StudyResult) string {
	t.Helper()
	var text strings.Builder
	if err := Tables(&text, r); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + text.String())
	return text.String()
}

func TestNumber(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0", 1.5: "1.50", -0.25: "-0.250", 12: "12.0", 123.4: "123", 1234: "1234", 9999: "9999", 9999.9: "1.00e4",
		0.001: "0.00100", 0.00099: "9.90e-4", 1.23e21: "1.23e21", -4e-9: "-4.00e-9",
	} {
		if got := number(x); got != want {
			t.Errorf("%v: %s, want %s", x, got, want)
		}
	}
	if got := list(strings.Split("abcdefghijkl", "")); got != "a, b, c, d, e, f, g, h and 4 more" {
		t.Error(got)
	}
	for n, want := range map[int]string{0: "0", 999: "999", -1000: "-1,000", 1234567: "1,234,567"} {
		if got := whole(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

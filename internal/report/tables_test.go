package report

import (
	"fmt"
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
			text := tablesOf(t, synthetic(c.shape).Result, 120)
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
		})
	}
}

// TestTablesFitTheTerminal: no line is wider than the terminal, and no column is missing without a word.
func TestTablesFitTheTerminal(t *testing.T) {
	for name, s := range map[string]shape{
		"sixteen": {sets: 16, models: 4, budgets: 4, seeds: 1, names: func(i int) string { return fmt.Sprintf("g%d-g%d", 10*(1+i/4), 11+i%4) }},
		"hostile": shapes["hostile"], "beside": shapes["beside"], "nothing": {},
	} {
		for _, width := range []int{80, 100, 120, 200} {
			text := tablesOf(t, synthetic(s).Result, width)
			for line := range strings.Lines(text) {
				if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
					t.Errorf("%s at %d: %d columns: %s", name, width, n, line)
				}
			}
			if s.sets == 16 {
				if n := strings.Count(text, "\n"); n > 16+16+5+25 {
					t.Errorf("%d columns make %d lines", width, n)
				}
				for _, head := range []string{"alpha", "beta", "E", "A", "B"} {
					if !strings.Contains(text, head+" ") && !strings.Contains(text, "no room here for") {
						t.Errorf("%d columns leave out %s without a word", width, head)
					}
				}
			}
		}
	}
}

func TestTablesLetNoNameMoveTheCursor(t *testing.T) {
	r := synthetic(shape{sets: 1, models: 2, budgets: 3, seeds: 1, names: func(int) string { return "a\x1b[2J\tb\n" }}).Result
	if text := tablesOf(t, r, 120); strings.ContainsAny(text, "\x1b\t") || !strings.Contains(text, "a?[2J?b?") {
		t.Errorf("%q", text)
	}
}

func tablesOf(t *testing.T, r ziplaw.StudyResult, width int) string {
	t.Helper()
	var text strings.Builder
	if err := Tables(&text, r, width); err != nil {
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

package report

import (
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// parameterRow is one parameter of a law with all that says how well it is known.
type parameterRow struct {
	Name, Value, Interval, Profile, Percentile, Error, Mark string
	Open                                                    bool
}

func parameterRows(f ziplaw.Fit) []parameterRow {
	open := scaling.Unidentified(f)
	var rows []parameterRow
	for _, name := range ziplaw.Parameters {
		interval, hasInterval := f.Intervals[name]
		percentile, hasPercentile := f.Percentiles[name]
		r := parameterRow{
			Name: name, Value: printed(f.Parameter(name)), Interval: printedSpan(interval, hasInterval), Percentile: printedSpan(percentile, hasPercentile),
			Profile: printedProfile(f, name), Error: printedError(f, name), Mark: freedomText(f, name), Open: slices.Contains(open, name),
		}
		if r.Mark == "" && r.Open {
			r.Mark = "not identified"
		}
		rows = append(rows, r)
	}
	return rows
}

// printedProfile is a profile's interval; it is empty where there is none.
func printedProfile(f ziplaw.Fit, name string) string {
	if _, found := f.Profiles[name]; !found {
		return ""
	}
	return profileText(f, name, printed)
}

// printedError is a standard error; it is empty where there is none, as for what is held or stands at a bound.
func printedError(f ziplaw.Fit, name string) string {
	text := standardError(f, name, printed)
	if text == "-" || text == "0" || text == "0 %" {
		return ""
	}
	return text
}

// freedomText says what a fit was told of a parameter.
func freedomText(f ziplaw.Fit, name string) string {
	if _, held := f.Hold[name]; held {
		return "held"
	}
	for _, pair := range f.Tie {
		if one, other, _ := strings.Cut(pair, "="); name == one || name == other {
			return "tied: " + printable(pair)
		}
	}
	return ""
}

// lawCells are the parameters as Table 2 shows them.
func lawCells(f ziplaw.Fit) []lawCell {
	open := scaling.Unidentified(f)
	var cells []lawCell
	for _, name := range ziplaw.Parameters {
		interval, found := f.Intervals[name]
		cells = append(cells, lawCell{valueOf(f.Parameter(name), interval, found), slices.Contains(open, name)})
	}
	return cells
}

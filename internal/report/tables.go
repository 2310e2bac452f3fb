package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// Tables writes a study's three tables for a terminal of a width in columns: the data sets, the laws, and their parameters
// against H. A table that is wider leaves out the columns that matter least, and says which. Doubts stand below as one
// line for each kind.
func Tables(w io.Writer, r ziplaw.StudyResult, width int) error {
	t := tables{width: width}
	t.dataSets(r)
	t.laws(r)
	t.regressions(r)
	t.joint(r.Joint, r.Law)
	_, err := io.WriteString(w, t.text.String())
	return err
}

type tables struct {
	width int
	text  strings.Builder
}

// line writes a line, or several where it is wider than the terminal.
func (t *tables) line(format string, args ...any) {
	for _, l := range Wrapped(fmt.Sprintf(format, args...), t.width) {
		t.text.WriteString(l + "\n")
	}
}

// Wrapped breaks a text at its spaces into lines of a width in characters; a longer word has a line of its own. Lines
// after the first are set in by as much as the first is.
func Wrapped(s string, width int) []string {
	indent := s[:len(s)-len(strings.TrimLeft(s, " "))]
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		switch {
		case line == "":
			line = indent + word
		case len([]rune(line))+1+len([]rune(word)) > width:
			lines = append(lines, line)
			line = indent + word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

func (t *tables) dataSets(r ziplaw.StudyResult) {
	t.line("Table 1. Data sets. H is gzip's compressibility, with its %s interval; entropies in nats per token.", percent(levelOf(r)))
	var g grid
	name, h, interval := g.column("data set", 0), g.column("H", 0), g.column("", 1)
	documents, order0, order1, vocabulary := g.column("documents", 3), g.column("order-0", 1), g.column("order-1", 1), g.column("vocabulary", 2)
	for _, d := range r.DataSets {
		name.add(shortened(d.DataSet, longestName))
		h.add(number(d.H.Value))
		interval.add(span([2]float64{d.H.Low, d.H.High}, true))
		documents.add(whole(d.Documents))
		order0.add(number(d.Entropy0))
		order1.add(number(d.Entropy1))
		vocabulary.add(whole(d.Vocabulary))
	}
	t.grid(g)
	t.line("")
}

// longestName is how much of a data set's name a table shows.
const longestName = 24

func (t *tables) laws(r ziplaw.StudyResult) {
	t.line("Table 2. L(N,D) = E + A/N^alpha + B/D^beta of each data set, with %s intervals. ? is on what the runs don't identify.", percent(levelOf(r)))
	if len(r.Fits) == 0 {
		t.line("  no data set has a law")
		t.line("")
		return
	}
	t.lawTable(r.Fits)
	for _, k := range kinds(r.Fits) {
		t.line("  %s, in %s", printable(k.Text), printable(ofLaws(k, len(r.Fits))))
	}
	t.line("")
}

// lawTable has a row for each law. ? marks what its runs leave open.
func (t *tables) lawTable(fits []ziplaw.Fit) {
	var g grid
	name := g.column("data set", 0)
	columns := map[string][2]*column{}
	for _, p := range ziplaw.Parameters {
		rank := lawRanks[p]
		columns[p] = [2]*column{g.column(p, rank[0]), g.column("", rank[1])}
	}
	n, r2 := g.column("n", 6), g.column("R2", 5)
	for _, f := range fits {
		name.add(shortened(f.DataSet, longestName))
		open := scaling.Unidentified(f)
		for _, p := range ziplaw.Parameters {
			in, found := f.Intervals[p]
			mark := " "
			if slices.Contains(open, p) {
				mark = "?"
			}
			columns[p][0].add(number(f.Parameter(p)) + mark)
			columns[p][1].add(span(in, found))
		}
		n.add(strconv.Itoa(f.N))
		r2.add(number(f.R2))
	}
	t.grid(g)
}

// lawRanks are the ranks of a parameter's value and of its interval.
var lawRanks = map[string][2]int{"alpha": {0, 1}, "beta": {0, 1}, "E": {2, 4}, "A": {3, 7}, "B": {3, 7}}

func (t *tables) regressions(r ziplaw.StudyResult) {
	if len(r.Regressions) == 0 {
		t.line("Table 3. No regression on H: it takes two laws at different H.")
		t.line("")
		return
	}
	t.line("Table 3. Each parameter against H over %s: x(H) = slope H + intercept, with %s intervals.",
		count(r.Regressions[0].N, "data set", "data sets"), percent(r.Regressions[0].Level))
	var g grid
	name, slope, interval, p := g.column("parameter", 0), g.column("slope", 0), g.column("", 1), g.column("p of slope 0", 1)
	intercept, its, r2 := g.column("intercept", 2), g.column("", 4), g.column("R2", 3)
	for _, x := range r.Regressions {
		slopeIn, hasSlope := x.Intervals["slope"]
		interceptIn, hasIntercept := x.Intervals["intercept"]
		name.add(x.Parameter)
		slope.add(number(x.Slope))
		interval.add(span(slopeIn, hasSlope))
		p.add(pValue(x.PValue))
		intercept.add(number(x.Intercept))
		its.add(span(interceptIn, hasIntercept))
		r2.add(optional(x.R2))
	}
	t.grid(g)
	for _, remark := range regressionRemarks(r) {
		t.line("  %s", printable(remark))
	}
	t.line("")
}

// regressionRemarks are the doubts about the regressions, one line for each kind.
func regressionRemarks(r ziplaw.StudyResult) []string {
	var open, all []string
	for _, g := range r.Regressions {
		if n := openCount(r, g.Parameter); n > 0 {
			open = append(open, fmt.Sprintf("%s %d", g.Parameter, n))
		}
	}
	n := r.Regressions[0].N
	if few := slices.ContainsFunc(r.Regressions[0].Warnings, func(w ziplaw.Warning) bool { return w.Code == "few_datasets" }); few {
		all = append(all, count(n, "data set is", "data sets are")+" few for a slope")
	}
	if len(open) > 0 {
		all = append(all, fmt.Sprintf("data sets of the %d that leave a parameter open: %s", n, list(open)))
	}
	if left := len(r.Fits) - len(r.Regressed); left > 0 {
		all = append(all, fmt.Sprintf("%s beside the regression, not in it", count(left, "law stands", "laws stand")))
	}
	return all
}

// levelOf is the level of the study's intervals.
func levelOf(r ziplaw.StudyResult) float64 {
	for _, d := range r.DataSets {
		return d.H.Level
	}
	return 0
}

package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/ziplaw/ziplaw"
)

// Tables writes a study's three tables for a terminal: the data sets, the laws, and their parameters against H.
// A number's doubts stand as footnotes below its table.
func Tables(w io.Writer, r ziplaw.StudyResult) error {
	var t tables
	t.dataSets(r)
	t.laws(r)
	t.regressions(r)
	_, err := io.WriteString(w, t.text.String())
	return err
}

type tables struct{ text strings.Builder }

func (t *tables) line(format string, args ...any) { fmt.Fprintf(&t.text, format+"\n", args...) }

// grid writes rows in columns; every column but the first is set to the right.
func (t *tables) grid(rows [][]string) {
	width := 0
	for _, r := range rows {
		width = max(width, len([]rune(r[0])))
	}
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, r := range rows {
		first := r[0] + strings.Repeat(" ", width-len([]rune(r[0])))
		fmt.Fprintln(w, strings.Join(append([]string{first}, r[1:]...), "\t")+"\t")
	}
	_ = w.Flush() // a Builder takes everything
	for line := range strings.Lines(text.String()) {
		t.line("%s", strings.TrimRight(line, " \n"))
	}
}

func (t *tables) notes(f footnotes) {
	for i, n := range f.notes {
		t.line("  (%d) %s", i+1, printable(n.Message))
	}
	t.line("")
}

func (t *tables) dataSets(r ziplaw.StudyResult) {
	t.line("Table 1. Data sets. H is gzip's compressibility, with its %s interval; entropies in nats per token.", percent(levelOf(r)))
	rows := [][]string{{"data set", "class", "H", "", "documents", "order-0", "order-1", "vocabulary"}}
	for _, d := range r.DataSets {
		rows = append(rows, []string{
			printable(d.DataSet), printable(d.Class), number(d.H.Value), span([2]float64{d.H.Low, d.H.High}, true),
			whole(d.Documents), number(d.Entropy0), number(d.Entropy1), whole(d.Vocabulary),
		})
	}
	t.grid(rows)
	t.line("")
}

func (t *tables) laws(r ziplaw.StudyResult) {
	t.line("Table 2. L(N,D) = E + A/N^alpha + B/D^beta of each data set, with %s intervals below.", percent(levelOf(r)))
	rows := [][]string{append(append([]string{"data set"}, ziplaw.Parameters...), "n", "R2", "notes")}
	var notes footnotes
	for _, f := range r.Fits {
		values, spans := []string{printable(f.DataSet)}, []string{""}
		for _, name := range ziplaw.Parameters {
			in, found := f.Intervals[name]
			values, spans = append(values, number(f.Parameter(name))), append(spans, span(in, found))
		}
		rows = append(rows, append(values, strconv.Itoa(f.N), number(f.R2), notes.marks(f.Warnings)), append(spans, "", "", ""))
	}
	if len(r.Fits) == 0 {
		t.line("  no data set has a law\n")
		return
	}
	t.grid(rows)
	t.notes(notes)
}

func (t *tables) regressions(r ziplaw.StudyResult) {
	if len(r.Regressions) == 0 {
		t.line("Table 3. No regression on H: it takes two laws at different H.")
		t.line("")
		return
	}
	t.line("Table 3. Each parameter against H: x(H) = slope H + intercept, with %s intervals.", percent(r.Regressions[0].Level))
	rows := [][]string{{"parameter", "slope", "", "intercept", "", "p of slope 0", "R2", "n", "notes"}}
	var notes footnotes
	for _, g := range r.Regressions {
		slope, hasSlope := g.Intervals["slope"]
		intercept, hasIntercept := g.Intervals["intercept"]
		rows = append(rows, []string{
			g.Parameter, number(g.Slope), span(slope, hasSlope), number(g.Intercept), span(intercept, hasIntercept),
			pValue(g.PValue), optional(g.R2), strconv.Itoa(g.N), notes.marks(g.Warnings),
		})
	}
	t.grid(rows)
	t.notes(notes)
}

// levelOf is the level of the study's intervals.
func levelOf(r ziplaw.StudyResult) float64 {
	for _, d := range r.DataSets {
		return d.H.Level
	}
	return 0
}

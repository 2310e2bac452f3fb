package data

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/measure"
	"github.com/ziplaw/ziplaw/internal/report"
)

// measureJSON is what ziplaw measure prints.
type measureJSON struct {
	Data []measuredJSON `json:"data"`
	bars bool
}

// measuredJSON is a data set that was measured.
type measuredJSON struct {
	Name       string `json:"name"`
	Documents  int64  `json:"documents"` // all
	Tokens     int64  `json:"tokens"`
	Files      int    `json:"files"`
	Vocabulary int    `json:"vocabulary"` // different tokens
	Measured   int64  `json:"measured"`   // documents that H is measured on
	Raw        int64  `json:"raw_bytes"`  // of these
	Compressed int64  `json:"compressed_bytes"`
	// H is the statistic with the sample's median, mean and standard deviation, and the interval.
	H              ziplaw.Measure   `json:"h"`
	HPerDocument   []float64        `json:"documents_h,omitempty"`
	Entropy0       float64          `json:"entropy0"` // nats per token
	Entropy1       float64          `json:"entropy1"`
	Statistic      string           `json:"statistic"` // that H's value is
	Tokenizer      string           `json:"tokenizer"`
	Context        int              `json:"context"`
	Representation string           `json:"representation"`
	Short          int64            `json:"short"` // texts that make no document
	Below          string           `json:"paper_below,omitempty"`
	Above          string           `json:"paper_above,omitempty"`
	Noticed        []measure.Notice `json:"noticed,omitempty"`
	Skipped        []string         `json:"skipped,omitempty"`
	Notes          []string         `json:"notes,omitempty"`
	Seconds        float64          `json:"seconds"`

	values report.Distribution
}

func newMeasured(s measureInput, r measure.Result, f measureFlags, took time.Duration) measuredJSON {
	v := measuredJSON{
		Name: s.name, Documents: r.Documents, Tokens: r.Tokens, Files: r.Files, Vocabulary: r.Distinct,
		Measured: r.Sizes.N, Raw: r.Sizes.Raw, Compressed: r.Sizes.Compressed, H: r.H, HPerDocument: r.HPerDocument,
		Entropy0: r.Entropy0, Entropy1: r.Entropy1, Statistic: f.statistic, Tokenizer: f.tokenizer, Context: f.context, Representation: f.representation,
		Short: r.Short, Noticed: r.Noticed, Notes: s.notes, Seconds: took.Seconds(),
		values: report.Distribution{Name: s.name, H: r.H.Value, Values: r.Sizes.Values()},
	}
	for _, err := range append(s.skipped, r.Skipped...) {
		v.Skipped = append(v.Skipped, err.Error())
	}
	if f.representation != "raw" && likePapers(r.Sizes.Raw, r.Sizes.N) {
		below, above := measure.Neighbours(r.H.Value)
		v.Below, v.Above = nameOf(below), nameOf(above)
	}
	return v
}

// likePapers says whether documents are as long as the paper's, of 256 tokens or a little less: H of others doesn't compare.
func likePapers(raw, documents int64) bool {
	const bytes, near = 4 * 256, 0.05
	return math.Abs(float64(raw)/float64(documents)/bytes-1) <= near
}

func nameOf(p *measure.PaperSet) string {
	if p == nil {
		return ""
	}
	return p.Name
}

func (v measureJSON) distributions() []report.Distribution {
	var all []report.Distribution
	for _, d := range v.Data {
		all = append(all, d.values)
	}
	return all
}

func (v measureJSON) text(w io.Writer) error {
	for i, d := range v.Data {
		if i > 0 {
			fmt.Fprintln(w)
		}
		d.text(w)
		if v.bars {
			bars(w, d.values.Values)
		}
	}
	return nil
}

func (d measuredJSON) text(w io.Writer) {
	fmt.Fprintf(w, "%s\n", d.Name)
	fmt.Fprintf(w, "  H                %.4f  [%.4f, %.4f] at %g %%: the %s of %s document%s\n", d.H.Value, d.H.Low, d.H.High, 100*d.H.Level, d.Statistic, humanize.Comma(d.Measured), console.Plural(int(d.Measured)))
	fmt.Fprintf(w, "  median, mean     %.4f, %.4f (sd %.4f)\n", d.H.Median, d.H.Mean, d.H.SD)
	if place := d.place(); place != "" {
		fmt.Fprintf(w, "  in the paper     %s\n", place)
	}
	fmt.Fprintf(w, "  entropy          %.4f nats a token, %.4f given the one before\n", d.Entropy0, d.Entropy1)
	fmt.Fprintf(w, "  data             %s document%s, %s tokens, %s different, in %s file%s\n", humanize.Comma(d.Documents), console.Plural(int(d.Documents)),
		humanize.Comma(d.Tokens), humanize.Comma(int64(d.Vocabulary)), humanize.Comma(int64(d.Files)), console.Plural(d.Files))
	if d.Short > 0 {
		fmt.Fprintf(w, "  too short        %s text%s of less than a document\n", humanize.Comma(d.Short), console.Plural(int(d.Short)))
	}
	for _, n := range d.Noticed {
		fmt.Fprintf(w, "  noticed          %d file%s with %s: %s\n", n.Files, console.Plural(n.Files), n.Kind, n.First)
	}
	if n := len(d.Skipped); n > 0 {
		fmt.Fprintf(w, "  left out         %d for an error: %s\n", n, d.Skipped[0])
	}
	for _, note := range d.Notes {
		fmt.Fprintf(w, "  note             %s\n", note)
	}
	for _, h := range d.HPerDocument {
		fmt.Fprintln(w, h)
	}
}

// place says between which of the paper's data sets H lies.
func (d measuredJSON) place() string {
	switch {
	case d.Below == "" && d.Above == "":
		return ""
	case d.Below == d.Above:
		return "as " + d.Below
	case d.Below == "":
		return "below all; next is " + d.Above
	case d.Above == "":
		return "above all; next is " + d.Below
	}
	return "between " + d.Below + " and " + d.Above
}

// Bars are at most barLength wide, and at most mostBars.
const (
	barLength = 50
	mostBars  = 16
)

// bars draws the distribution of H as bars of text.
func bars(w io.Writer, values []report.Weighted) {
	bins := report.Bins(values, mostBars)
	var most int64
	for _, b := range bins {
		most = max(most, b.N)
	}
	for _, b := range bins {
		width := int(float64(b.N) / float64(most) * barLength)
		if b.N > 0 {
			width = max(width, 1)
		}
		fmt.Fprintf(w, "  %.3f to %.3f  %-*s %s\n", b.Low, b.High, barLength, strings.Repeat("#", width), humanize.Comma(b.N))
	}
}

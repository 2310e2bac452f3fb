package report

import (
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// lineageRow is an action that stands behind numbers of the report, with the command that walks from them to their beginnings.
type lineageRow struct {
	ID      string // in the page
	DataSet string // empty for what is of the whole study
	Says    string // which numbers it is behind
	Key     ziplaw.Key
	Command string
}

// Anchors of actions in the page. They count data sets: a name may hold anything.
const (
	anchorSample   = "sample"
	anchorCompress = "compress"
	anchorFit      = "fit"
	anchorRegress  = "lineage-regress"
)

// lineageRows are the actions of each data set, and then the study's.
func (in Input) lineageRows() []lineageRow {
	var rows []lineageRow
	for _, k := range in.Keys {
		for _, r := range []struct {
			what, says, node string
			key              ziplaw.Key
		}{
			{anchorSample, "the documents that were trained on", "H@" + k.DataSet, k.Sample},
			{anchorCompress, "H, entropies, vocabulary, documents", "H@" + k.DataSet, k.Compress},
			{anchorFit, "the law, its intervals and its tests", "alpha@" + k.DataSet, k.Fit},
		} {
			if r.key != "" {
				rows = append(rows, lineageRow{in.anchor(k.DataSet, r.what), k.DataSet, r.says, r.key, in.command(r.node)})
			}
		}
	}
	if in.Regress != "" {
		rows = append(rows, lineageRow{ID: anchorRegress, Says: "the regressions on H and the joint fit", Key: in.Regress, Command: in.command("regression")})
	}
	return rows
}

// anchor is where the page has the action behind a data set's numbers; empty where nobody named it.
func (in Input) anchor(dataset, what string) string {
	i := slices.IndexFunc(in.Keys, func(k SetKeys) bool { return k.DataSet == dataset })
	if i < 0 {
		return ""
	}
	k := in.Keys[i]
	if map[string]ziplaw.Key{anchorSample: k.Sample, anchorCompress: k.Compress, anchorFit: k.Fit}[what] == "" {
		return ""
	}
	return fmt.Sprintf("lineage-%d-%s", i+1, what)
}

// regressAnchor is where the page has the action of the regressions and the joint fit.
func (in Input) regressAnchor() string {
	if in.Regress == "" {
		return ""
	}
	return anchorRegress
}

// command walks from a node.
func (in Input) command(node string) string {
	return "ziplaw lineage " + quoted(in.Study.Name) + " " + quoted(node)
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9@/._:+=-]+$`)

// quoted writes a word for a shell.
func quoted(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// cellRowAnchor is the row of cell number i.
func cellRowAnchor(i int) string { return fmt.Sprintf("cell-%d", i+1) }

// cellAnchor is the row of a cell.
func (in Input) cellAnchor(cell ziplaw.Cell) string {
	return cellRowAnchor(slices.IndexFunc(in.Cells, func(c CellRow) bool { return c.Cell == cell }))
}

// cellCommand walks from a cell, by way of example; empty without cells.
func (in Input) cellCommand() string {
	if len(in.Cells) == 0 {
		return ""
	}
	return in.command(in.Cells[0].Cell.String())
}

// from links a number to the action that it comes from. What is no number, or comes from no action that is known, is text.
func from(anchor, text string) template.HTML {
	escaped := template.HTML(template.HTMLEscapeString(text))
	if anchor == "" || text == "" || text == "-" {
		return escaped
	}
	return `<a class="from" href="#` + template.HTML(template.HTMLEscapeString(anchor)) + `">` + escaped + `</a>`
}

// pageFunctions are what the templates call.
var pageFunctions = template.FuncMap{"from": from, "approach": func(from string, r approachRow) linkedApproach { return linkedApproach{from, r} }}

package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"

	"github.com/ziplaw/ziplaw"
)

//go:embed report.html.tmpl
var pageText string

//go:embed report.css
var pageStyle string

var pageTemplate = parsed("report", pageText, lawText, jointText, lineageText)

//go:embed joint.html.tmpl
var jointText string

//go:embed lineage.html.tmpl
var lineageText string

// parsed is a template of a page and of the parts that it has.
func parsed(name string, texts ...string) *template.Template {
	t := template.New(name).Funcs(pageFunctions)
	for _, text := range texts {
		template.Must(t.Parse(text))
	}
	return t
}

// page is what the template shows.
type page struct {
	Style      template.CSS
	Study      ziplaw.Study
	Result     ziplaw.StudyResult
	Level      string
	Final      string
	Counts     string
	Headline   []headlineLine
	Claims     []claim
	Remarks    []remark
	Settings   []setting
	Differing  int
	Learning   []learning
	Data       []dataRow
	Parameters []string
	Laws       []lawRow
	Trends     []trendRow

	Exponents []panel // alpha and beta against H
	H         panel
	Curves    []panel
	Bins      int
	Frontier  *panel
	Others    []panel // E, A and B against H
	Models    []swatch
	Scale     scale

	Joint *jointSection // nil without a joint fit
	Fits  *studyFits    // how well the laws fit; nil without diagnostics

	FrontierRows    []frontierRow
	FrontierBudgets []string
	Cells           []cellRow
	Lineage         []lineageRow
	Regress         string // the anchor of the record of the regressions
	CellCommand     string // walks from a cell
	Spec            string
}

// swatch is an entry of a legend.
type swatch struct{ Name, Colour string }

func htmlFile(in Input) ([]byte, error) {
	p, err := in.page()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = pageTemplate.Execute(&b, p)
	return b.Bytes(), err
}

func (in Input) page() (page, error) {
	spec, err := json.MarshalIndent(in.Study, "", "  ")
	if err != nil {
		return page{}, err
	}
	p := page{
		Style: template.CSS(pageStyle), Study: in.Study, Result: in.Result, Level: percent(in.Study.Fit.Level), Final: finalName(in.Study),
		Counts: countsText(in.Result.Cells), Headline: headline(in.Result), Claims: in.claims(),
		Remarks: in.remarks(), Settings: settings(in.Study), Learning: in.learnings(),
		Data: in.dataRows(), Parameters: ziplaw.Parameters, Cells: in.cellRows(), Spec: string(spec),
		Laws: in.lawRows(), Trends: in.trendRows(),
		Exponents: figureTrends(in, "alpha", "beta"), H: figureH(in), Curves: figureCurves(in), Bins: curveBins, Others: figureTrends(in, "E", "A", "B"),
		Models: modelSwatches(in.Study), Scale: in.scale(), Joint: in.jointSection(), Fits: in.studyFits(),
		Lineage: in.lineageRows(), Regress: in.regressAnchor(), CellCommand: in.cellCommand(),
	}
	for _, s := range p.Settings {
		if s.Verdict == "differs" {
			p.Differing++
		}
	}
	p.FrontierRows, p.FrontierBudgets = in.frontierRows()
	if f, ok := figureFrontier(in); ok {
		p.Frontier = &f
	}
	return p, nil
}

// countsText says where the cells are, without what depends on the run.
func countsText(c ziplaw.Counts) string {
	text := count(c.Total, "cell", "cells") + ": " + whole(c.Done) + " done"
	if c.Diverged > 0 {
		text += ", " + whole(c.Diverged) + " diverged"
	}
	if c.Failed > 0 {
		text += ", " + whole(c.Failed) + " failed"
	}
	return text
}

func modelSwatches(s ziplaw.Study) []swatch {
	var all []swatch
	for i, m := range s.Models {
		all = append(all, swatch{Name: m.Name(), Colour: css(ramp(i, len(s.Models)))})
	}
	return all
}

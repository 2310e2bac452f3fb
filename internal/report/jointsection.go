package report

import (
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// jointSection is what a study's report shows of the joint fit: which dependence on the measure predicts data sets left out, and
// what the law of it says.
type jointSection struct {
	From      string // the anchor of its record
	Sentence  string
	Level     string
	Measure   string
	Cells     string
	DataSets  string
	Figure    *panel
	Forms     []formRow
	Others    []measureRow
	Own       string
	OwnColour string // in the figure
	Warnings  []string
	Law       *jointLaw // nil where the study has none
}

// formRow is a law with one form of dependence.
type formRow struct {
	Name           string
	HeldOut, Ratio value
	InSample       string
	Best           bool
}

// measureRow is the best law with another measure.
type measureRow struct {
	Name, Form, HeldOut string
	Ratio               value
}

// jointSection is nil without a joint fit.
func (in Input) jointSection() *jointSection {
	j := in.Result.Joint
	if j == nil {
		return nil
	}
	s := jointSection{
		From: in.regressAnchor(), Sentence: jointSentence(j), Level: percent(j.Level), Measure: measureName(j.Measure),
		Cells: count(j.Cells, "cell", "cells"), DataSets: count(len(j.DataSets), "data set", "data sets"),
		Figure: pointer(figureJoint(j)), Law: in.jointLaw(), OwnColour: css(stops[2]),
	}
	for _, m := range j.Models {
		s.Forms = append(s.Forms, formRow{
			Name: printable(m.Name), HeldOut: valueOf(m.HeldOut, m.Interval, true), Ratio: valueOf(m.Ratio, m.Ratios, true), InSample: printed(m.InSample), Best: m.Name == j.Best,
		})
	}
	for _, o := range j.Others {
		s.Others = append(s.Others, measureRow{measureName(o.Measure), printable(o.Model), printed(o.HeldOut), valueOf(o.Ratio, o.Ratios, true)})
	}
	if j.Own != nil {
		s.Own = printed(*j.Own)
	}
	for _, w := range j.Warnings {
		s.Warnings = append(s.Warnings, printable(w.Message))
	}
	return &s
}

// jointLaw is the law of the best form.
type jointLaw struct {
	Low, High   string // of the measure
	Terms       []termRow
	Budgets     []string
	Frontiers   []jointFrontier
	Crossings   []string
	NoIntervals bool // the law's covariance isn't known
}

// Draws of the law behind its intervals, as ziplaw predict makes them by default.
const (
	lawDraws = 1000
	lawSeed  = 1
)

// jointLaw is nil where the study has no law over its data sets.
func (in Input) jointLaw() *jointLaw {
	if in.Result.Law == nil {
		return nil
	}
	l := drawnLaw(*in.Result.Law, in.Study.Fit.Level)
	j := jointLaw{Low: printed(l.H[0]), High: printed(l.H[1]), Terms: l.termRows(), NoIntervals: len(l.draws) == 0}
	budgets := in.jointBudgets()
	for _, b := range budgets {
		j.Budgets = append(j.Budgets, b.name)
	}
	j.Frontiers = l.frontiers(budgets)
	_, c, found := in.compute()
	if found && len(l.Source.Depends) > 0 {
		j.Crossings = l.crossings(c)
	}
	return &j
}

// lawOfDraws is a law with laws that might be in its place, by its covariance.
type lawOfDraws struct {
	ziplaw.Law
	level float64
	draws []ziplaw.Law
}

// hName names a measure's value in a table.
func (l lawOfDraws) hName(h float64) string {
	return fmt.Sprintf("%s %s", measureName(l.Measure), printed(h))
}

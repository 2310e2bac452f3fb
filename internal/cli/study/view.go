package study

import (
	"fmt"
	"strings"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/state"
	"github.com/ziplaw/ziplaw/workflows"
)

// view is what a person sees of a running study at a moment.
type view struct{ state.Live }

const barWidth = 24

// block is the view in lines for a terminal.
func (v view) block() []string {
	lines := []string{v.head()}
	if v.Trouble != "" {
		lines = append(lines, "  "+v.Trouble)
	}
	shown, rest := v.sets()
	name := nameWidth(shown)
	for _, d := range shown {
		line := fmt.Sprintf("  %-*s %s %s  %s", name, d.DataSet, bar(d.Cells), fraction(d.Cells), d.Phase)
		if d.H > 0 {
			line += fmt.Sprintf("  H %.3f", d.H)
		}
		if d.Loss > 0 {
			line += fmt.Sprintf("  loss %.3f", d.Loss)
		}
		lines = append(lines, line)
	}
	if rest != "" {
		lines = append(lines, "  "+rest)
	}
	lines = append(lines, fmt.Sprintf("  %-*s %s %s", name, "all", bar(v.Progress.Cells), console.CountsText(v.Progress.Cells)))
	for _, c := range v.Training() {
		lines = append(lines, "  "+v.cell(c))
	}
	for _, f := range v.Failing() {
		lines = append(lines, "  "+f)
	}
	return lines
}

func (v view) head() string {
	head := fmt.Sprintf("%s  %s  %s", ziplaw.WorkflowID(v.Progress.Study), v.phase(), v.Elapsed.Round(time.Second))
	if v.Left.Known() && !v.Paused() {
		head += ", " + leftText(v.Left)
	}
	return head
}

// phase is what the study is at.
func (v view) phase() string {
	if v.Paused() {
		return ziplaw.StudyPaused
	}
	return v.Progress.Phase
}

// leftText is the time that is left, with its spread.
func leftText(l state.Left) string {
	if l.Low == l.High {
		return fmt.Sprintf("about %s left", l.Likely.Round(time.Second))
	}
	return fmt.Sprintf("about %s left (%s to %s)", l.Likely.Round(time.Second), l.Low.Round(time.Second), l.High.Round(time.Second))
}

// line is the view in one line.
func (v view) line() string {
	line := v.phase() + ": " + console.CountsText(v.Progress.Cells)
	if v.Trouble != "" {
		line += "; " + v.Trouble
	}
	if cells := v.Training(); len(cells) > 0 {
		line += "; " + v.cell(cells[len(cells)-1])
	}
	if failing := v.Failing(); len(failing) > 0 {
		line += "; " + failing[0]
	}
	if v.Left.Known() && !v.Paused() {
		line += "; " + leftText(v.Left)
	}
	return line
}

// cell is a running cell, without the study's name.
func (v view) cell(c activities.Progress) string {
	text := strings.TrimPrefix(c.Cell, v.Progress.Study+"/")
	if c.Waiting != "" {
		return text + " waits for " + c.Waiting
	}
	if c.Steps > 0 {
		text += fmt.Sprintf(" step %d/%d", c.Step, c.Steps)
	}
	if c.Loss > 0 {
		text += fmt.Sprintf(" loss %.3f", c.Loss)
	}
	return text
}

// mostSets is how many data sets are shown one by one. Of more, those are that work now or failed.
const mostSets = 12

// sets are the data sets to show, and a word on the others.
func (v view) sets() (shown []workflows.DataSetProgress, rest string) {
	all := v.Progress.DataSets
	if len(all) <= mostSets {
		return all, ""
	}
	done, waiting := 0, 0
	for _, d := range all {
		switch {
		case d.Phase == ziplaw.PhaseDone:
			done++
		case d.Phase == ziplaw.PhasePlan:
			waiting++
		case len(shown) < mostSets:
			shown = append(shown, d)
		}
	}
	rest = fmt.Sprintf("of %d data sets %d are done, %d wait", len(all), done, waiting)
	if more := len(all) - done - waiting - len(shown); more > 0 {
		rest += fmt.Sprintf(", %d more are at work", more)
	}
	return shown, rest
}

func nameWidth(sets []workflows.DataSetProgress) int {
	width := len("all")
	for _, d := range sets {
		width = max(width, len(d.DataSet))
	}
	return width
}

func bar(c ziplaw.Counts) string {
	full := barWidth * min(c.Finished(), c.Total) / max(1, c.Total)
	return "[" + strings.Repeat("=", full) + strings.Repeat(" ", barWidth-full) + "]"
}

func fraction(c ziplaw.Counts) string {
	total := fmt.Sprint(c.Total)
	return fmt.Sprintf("%*d/%s", len(total), c.Finished(), total)
}

package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/ziplaw/ziplaw"
)

// runRow is a run beside the law.
type runRow struct{ Name, N, D, Loss, Fitted, Residual string }

func runRowOf(c ziplaw.FittedCell) runRow {
	return runRow{shortened(c.Cell, nameLength), printed(c.N), printed(c.D), printed(c.Loss), printed(c.Fitted), printed(c.Residual)}
}

// runRows are the runs in order, or those furthest from the law where they are too many.
func runRows(d ziplaw.Diagnostics, most int) (rows []runRow, note string) {
	cells := d.Cells
	if len(cells) > most {
		cells = worst(cells, most)
		note = fmt.Sprintf("The %s furthest from the law of %s.", count(most, "run", "runs"), whole(len(d.Cells)))
	}
	for _, c := range cells {
		rows = append(rows, runRowOf(c))
	}
	return rows, note
}

// influenceRow is a run with what its absence changes.
type influenceRow struct {
	runRow
	Share              string // of the width of alpha's interval
	Alpha, Beta, Floor string
}

// influential are the runs whose absence moves alpha the most, some at most.
func influential(f ziplaw.Fit, d ziplaw.Diagnostics) []influenceRow {
	const most = 5
	var cells []ziplaw.FittedCell
	for _, c := range d.Cells {
		if len(c.Without) > 0 {
			cells = append(cells, c)
		}
	}
	slices.SortStableFunc(cells, func(a, b ziplaw.FittedCell) int {
		return cmp.Compare(math.Abs(b.Without["alpha"]), math.Abs(a.Without["alpha"]))
	})
	width := math.NaN()
	if in, found := f.Intervals["alpha"]; found && in[1] > in[0] {
		width = in[1] - in[0]
	}
	var rows []influenceRow
	for _, c := range cells[:min(most, len(cells))] {
		r := influenceRow{runRow: runRowOf(c), Alpha: changeBy(c, "alpha"), Beta: changeBy(c, "beta"), Floor: changeBy(c, "E"), Share: "-"}
		if share := 100 * math.Abs(c.Without["alpha"]) / width; isFinite(share) {
			r.Share = printed(share) + " %"
		}
		rows = append(rows, r)
	}
	return rows
}

// changeBy writes a change with its sign.
func changeBy(c ziplaw.FittedCell, name string) string {
	change, found := c.Without[name]
	if !found {
		return "-"
	}
	if text := printed(change); change > 0 && text != "-" {
		return "+" + text
	}
	return printed(change)
}

// excludedRow is a run that a law leaves out.
type excludedRow struct{ Name, Reason string }

// excludedRows are some at most, and how many more there are.
func excludedRows(f ziplaw.Fit, most int) (rows []excludedRow, more int) {
	for _, x := range f.Excluded[:min(most, len(f.Excluded))] {
		rows = append(rows, excludedRow{shortened(x.Cell, nameLength), printable(x.Reason)})
	}
	return rows, len(f.Excluded) - len(rows)
}

package report

import (
	"strconv"

	"github.com/ziplaw/ziplaw"
)

// cellRow is a row of the table of cells.
type cellRow struct {
	ID                                                                           string // in the page
	DataSet, Cell, Key, N, D, FLOPs, FLOPs6ND, MeanLast, Last, Validation, State string
	Diverged                                                                     bool
}

func (in Input) cellRows() []cellRow {
	rows := make([]cellRow, len(in.Cells))
	for i, c := range in.Cells {
		r := cellRow{
			ID: cellRowAnchor(i), DataSet: c.Cell.DataSet, Cell: shortID(c.Cell), Key: c.Key.Short(), N: whole(c.Result.N), D: whole(c.Result.D),
			FLOPs: printed(c.Result.FLOPs), FLOPs6ND: printed(c.Result.FLOPs6ND), State: c.Result.State,
			MeanLast: "-", Last: "-", Validation: "-",
		}
		if c.Result.State == ziplaw.StateDone {
			r.MeanLast, r.Last, r.Validation = loss(c.Result.MeanLast), loss(c.Result.Last), loss(c.Result.Validation)
		} else {
			r.Diverged = true
			r.State = "diverged at step " + whole(c.Result.DivergedAt) + ": not in the fit"
		}
		rows[i] = r
	}
	return rows
}

// loss writes nats per token.
func loss(x float64) string { return strconv.FormatFloat(x, 'f', 4, 64) }

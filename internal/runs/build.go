package runs

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// sheet is a table as its format holds it.
type sheet struct {
	names []string            // of the columns, in their order; "" for one without a name
	row   func(index int) int // Run.Row of a row
	// cells is the text of a column, by its place among the names, row by row; "" where a cell holds nothing.
	cells func(column int) ([]string, error)
}

// aList is the text of a cell that holds several values.
const aList = "[...]"

// builder makes runs of cells.
type builder struct {
	table    Table
	cells    map[string][]string // by the name of a column
	noted    map[string]bool     // columns that have a note
	sets     map[string]bool     // those of table.Sets
	problems problems
}

// build reads the columns that a fit needs. Errors are *Error without a name, or the format's.
func build(s sheet, c Columns) (Table, error) {
	found, notes, err := find(s.names, c)
	if err != nil {
		return Table{}, err
	}
	b := builder{table: Table{Columns: found, Notes: notes}, cells: map[string][]string{}, noted: map[string]bool{}, sets: map[string]bool{}}
	for _, a := range found.asked() {
		if b.cells[a.column], err = s.cells(slices.Index(s.names, a.column)); err != nil {
			return Table{}, err
		}
	}
	rows := len(b.cells[found.L])
	for name, cells := range b.cells {
		if len(cells) != rows {
			return Table{}, fmt.Errorf("column %s has %d rows, and column %s has %d", name, len(cells), found.L, rows)
		}
	}
	if rows == 0 {
		return Table{}, errors.New("there are no runs: the table has no rows")
	}
	b.derived()
	for i := range rows {
		b.run(i, s.row(i))
	}
	if err := b.problems.err(); err != nil {
		return Table{}, err
	}
	return b.table, nil
}

// derived notes which number comes from FLOPs.
func (b *builder) derived() {
	switch c := b.table.Columns; {
	case c.N == "":
		b.note("N is C/(6D), with C from column %s and D from column %s", c.C, c.D)
	case c.D == "":
		b.note("D is C/(6N), with C from column %s and N from column %s", c.C, c.N)
	}
}

func (b *builder) note(format string, args ...any) {
	b.table.Notes = append(b.table.Notes, fmt.Sprintf(format, args...))
}

// run reads one row.
func (b *builder) run(i, row int) {
	c := b.table.Columns
	r := Run{Row: row, Weight: 1}
	r.N = b.number(i, row, c.N, true)
	r.D = b.number(i, row, c.D, true)
	r.L = b.number(i, row, c.L, false)
	flops := b.number(i, row, c.C, true)
	if c.N == "" {
		r.N = b.quotient(row, "N = C/(6D)", flops, r.D)
	}
	if c.D == "" {
		r.D = b.quotient(row, "D = C/(6N)", flops, r.N)
	}
	if c.Weight != "" {
		r.Weight = b.number(i, row, c.Weight, false)
	}
	if c.H != "" {
		r.H = b.number(i, row, c.H, false)
	}
	r.Cluster = b.text(i, row, c.Cluster)
	r.Set = b.text(i, row, c.By)
	b.table.Runs = append(b.table.Runs, r)
	if !b.sets[r.Set] {
		b.sets[r.Set] = true
		b.table.Sets = append(b.table.Sets, r.Set)
	}
}

// number reads a cell; 0 with a problem, and without a column.
func (b *builder) number(i, row int, column string, count bool) float64 {
	text := b.text(i, row, column)
	if text == "" {
		return 0
	}
	value, stands, err := number(text, count)
	if err != nil {
		b.problems.add("row %d, column %s: %s %v", row, column, quote(text), err)
		return 0
	}
	if !stands && !b.noted[column] {
		b.noted[column] = true
		b.note("column %s: %s is read as %s", column, text, strconv.FormatFloat(value, 'f', -1, 64))
	}
	return value
}

// text is a cell without space around it; "" with a problem, and without a column.
func (b *builder) text(i, row int, column string) string {
	if column == "" {
		return ""
	}
	text := strings.TrimSpace(b.cells[column][i])
	switch text {
	case "":
		b.problems.add("row %d, column %s: there is no value", row, column)
	case aList:
		b.problems.add("row %d, column %s: a list stands where one value belongs", row, column)
		return ""
	}
	return text
}

// quotient is C/6x; 0 where either wasn't read.
func (b *builder) quotient(row int, what string, flops, x float64) float64 {
	if flops == 0 || x == 0 {
		return 0
	}
	q := flops / 6 / x
	if q == 0 || math.IsInf(q, 0) {
		b.problems.add("row %d: %s is out of range for C = %g", row, what, flops)
	}
	return q
}

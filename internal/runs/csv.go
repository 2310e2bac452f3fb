package runs

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readCSV reads a header and rows of as many fields, as RFC 4180 has them. Blank lines, rows of empty fields only and
// lines that begin with # are no rows. Comma is what separates fields; 0 takes what the header has most of.
func readCSV(text []byte, comma rune) (sheet, error) {
	if comma == 0 {
		comma = separator(text)
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.Comment, r.FieldsPerRecord = comma, '#', -1
	r.TrimLeadingSpace = comma != '\t' // which is space as well
	names, line, err := record(r)
	if errors.Is(err, io.EOF) {
		return sheet{}, errors.New("it is empty: there is no header")
	}
	if err != nil {
		return sheet{}, err
	}
	if err := checkHeader(names, line); err != nil {
		return sheet{}, err
	}
	rows, lines, err := records(r, len(names))
	return sheet{
		names: names,
		row:   func(i int) int { return lines[i] },
		cells: func(column int) ([]string, error) {
			cells := make([]string, len(rows))
			for i, row := range rows {
				cells[i] = row[column]
			}
			return cells, nil
		},
	}, err
}

// records reads the rows below a header of some fields, with the lines where they start.
func records(r *csv.Reader, fields int) (rows [][]string, lines []int, err error) {
	var p problems
	for {
		row, line, err := record(r)
		if errors.Is(err, io.EOF) {
			return rows, lines, p.err()
		}
		if err != nil {
			return nil, nil, err
		}
		if len(row) != fields {
			p.add("row %d: it has %d fields, and the header has %d", line, len(row), fields)
			continue
		}
		rows, lines = append(rows, row), append(lines, line)
	}
}

// record is the next row that has a field with something in it, and the line where it starts.
func record(r *csv.Reader) ([]string, int, error) {
	for {
		fields, err := r.Read()
		if e, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, 0, fmt.Errorf("row %d: %w", e.StartLine, e.Err)
		}
		if err != nil {
			return nil, 0, err
		}
		line, _ := r.FieldPos(0)
		something := false
		for i, f := range fields {
			fields[i] = strings.TrimSpace(f)
			something = something || fields[i] != ""
		}
		if something {
			return fields, line, nil
		}
	}
}

// checkHeader holds that names are names, and different.
func checkHeader(names []string, line int) error {
	if i, j := twice(names); i > 0 {
		return fmt.Errorf("row %d: columns %d and %d are both named %s", line, i, j, names[i-1])
	}
	for _, n := range names {
		if _, _, err := number(n, true); n != "" && err != nil {
			return nil //nolint:nilerr // what is no number is a name
		}
	}
	return fmt.Errorf("row %d: it holds numbers where the names of the columns belong: is the header missing?", line)
}

// separator is what the header has most of outside of quotes: commas, semicolons or tabs.
func separator(text []byte) rune {
	counts := map[rune]int{}
	quoted := false
	for _, r := range string(headerLine(text)) {
		if r == '"' {
			quoted = !quoted
		} else if !quoted {
			counts[r]++
		}
	}
	best := ','
	for _, r := range ";\t" {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

// headerLine is the first line that is neither blank nor a comment.
func headerLine(text []byte) []byte {
	for line := range bytes.Lines(text) {
		if len(bytes.TrimSpace(line)) > 0 && line[0] != '#' {
			return line
		}
	}
	return nil
}

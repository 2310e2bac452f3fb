package runs

import (
	"encoding/csv"
	"errors"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Law is a row of a table of laws: a data set's measure and its law's parameters, all finite.
type Law struct {
	DataSet                 string
	H, E, A, B, Alpha, Beta float64
}

// ReadLaws reads a CSV table with the columns dataset, h, E, A, B, alpha and beta; others are left alone. False says that the
// table has no such columns. Errors are *Error.
func ReadLaws(path string) (laws []Law, found bool, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, false, named(path, bare(err))
	}
	defer func() { _ = file.Close() }()
	laws, found, err = readLaws(file)
	return laws, found, named(path, err)
}

func readLaws(from io.Reader) (laws []Law, found bool, err error) {
	r := csv.NewReader(from)
	head, err := r.Read()
	if err != nil {
		return nil, false, nil //nolint:nilerr // no CSV: the reader of runs says what is wrong
	}
	columns, found := lawColumns(head)
	if !found {
		return nil, false, nil
	}
	var p problems
	for line := 2; ; line++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, true, err
		}
		laws = append(laws, lawRow(row, columns, line, &p))
	}
	if err := p.err(); err != nil {
		return nil, true, err
	}
	if len(laws) == 0 {
		return nil, true, errors.New("there are no laws: the table has no rows")
	}
	return laws, true, nil
}

// lawColumns are the places of a law's columns.
func lawColumns(head []string) (columns map[string]int, found bool) {
	columns = map[string]int{}
	for _, name := range []string{"dataset", "h", "E", "A", "B", "alpha", "beta"} {
		i := slices.IndexFunc(head, func(s string) bool { return s == name || name == "h" && s == "H" })
		if i < 0 {
			return nil, false
		}
		columns[name] = i
	}
	return columns, true
}

func lawRow(row []string, columns map[string]int, line int, p *problems) Law {
	number := func(name string) float64 {
		text := strings.TrimSpace(row[columns[name]])
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			p.add("row %d, column %s: %s is no number", line, name, quote(text))
		}
		return v
	}
	return Law{
		DataSet: row[columns["dataset"]], H: number("h"), E: number("E"), A: number("A"), B: number("B"), Alpha: number("alpha"), Beta: number("beta"),
	}
}

// Package runs reads tables of training runs, a row a run: CSV, JSON, JSON Lines and Parquet files as people have them.
// It finds the columns that a fit needs, reads their numbers, and refuses what has no plain meaning, with the row and
// the column. It fits nothing, and it knows nothing of ziplaw.
package runs

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// Table is the runs of one source.
type Table struct {
	Sets    []string // the values of Run.Set, in the order of their first rows
	Runs    []Run    // at least one, in the order of the rows
	Columns Columns  // as found: N or D is "" where it is computed from C, and C is "" where it isn't needed
	Notes   []string // what was read in another way than as it stands, such as 1.3B as 1300000000
}

// Run is one training run. All numbers are finite and above 0.
type Run struct {
	N, D    float64 // parameters, training tokens
	L       float64 // loss
	H       float64 // measure of the data; 0 without a column
	Weight  float64 // 1 without a column of weights
	Cluster string  // runs of one cluster belong together, such as those of one seed; "" without a column
	Set     string  // data set; "" without a column
	Row     int     // the line where it starts in CSV and JSON Lines, the header included; else its number, from 1
}

// Read reads all of a source: at most 1 GiB, uncompressed. Name is for errors, and its extension tells the format where
// format is "", before the content does. Gzip is known by the content alone. Errors are *Error.
func Read(r io.Reader, name, format string, c Columns) (Table, error) {
	data, err := load(r, maxBytes)
	if err != nil {
		return Table{}, named(name, err)
	}
	s, err := parse(data, name, format)
	if err != nil {
		return Table{}, named(name, err)
	}
	t, err := build(s, c)
	return t, named(name, err)
}

// ReadFile is Read of a file, or of stdin where path is Stdin.
func ReadFile(path, format string, stdin io.Reader, c Columns) (Table, error) {
	if path == Stdin {
		return Read(stdin, "standard input", format, c)
	}
	f, err := os.Open(path)
	if err != nil {
		return Table{}, named(path, bare(err))
	}
	defer func() { _ = f.Close() }()
	return Read(f, path, format, c)
}

// bare leaves the path out of an error of the file system.
func bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

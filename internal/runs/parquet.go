package runs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// maxParquetRows bounds the rows of a Parquet file, where few bytes can stand for many rows.
const maxParquetRows = 10_000_000

// parquetFile reads the columns of one file.
type parquetFile struct {
	file   *parquet.File
	leaves []*parquet.Column
}

// readParquet reads the schema of a file, and each column when it is asked for. The names of nested columns are joined
// with dots. A null, of the value or of what it is nested in, is an empty cell.
func readParquet(data []byte) (s sheet, err error) {
	defer recovered(&err)
	if err := checkFooter(data); err != nil {
		return sheet{}, err
	}
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return sheet{}, fmt.Errorf("read Parquet: %w", err)
	}
	if err := checkCodecs(file.Metadata()); err != nil {
		return sheet{}, err
	}
	p := &parquetFile{file: file}
	p.add(file.Root())
	names := make([]string, len(p.leaves))
	for i, leaf := range p.leaves {
		names[i] = strings.Join(leaf.Path(), ".")
	}
	if i, j := twice(names); i > 0 {
		return sheet{}, fmt.Errorf("columns %d and %d are both named %s", i, j, names[i-1])
	}
	return sheet{names: names, row: func(i int) int { return i + 1 }, cells: p.cells}, nil
}

// add collects the columns below one that hold values.
func (p *parquetFile) add(c *parquet.Column) {
	if c.Leaf() {
		p.leaves = append(p.leaves, c)
	}
	for _, below := range c.Columns() {
		p.add(below)
	}
}

// cells reads one column of all row groups.
func (p *parquetFile) cells(column int) (cells []string, err error) {
	defer recovered(&err)
	leaf := p.leaves[column]
	if leaf.MaxRepetitionLevel() > 0 {
		return nil, fmt.Errorf("column %s holds lists, not one value a row", strings.Join(leaf.Path(), "."))
	}
	show := textOf(leaf.Type())
	for _, group := range p.file.RowGroups() {
		pages := group.ColumnChunks()[leaf.Index()].Pages()
		cells, err = appendPages(cells, pages, show)
		if err = errors.Join(err, pages.Close()); err != nil {
			return nil, fmt.Errorf("read Parquet column %s: %w", strings.Join(leaf.Path(), "."), err)
		}
	}
	return cells, nil
}

// appendPages adds the values of a column chunk.
func appendPages(cells []string, pages parquet.Pages, show func(parquet.Value) string) ([]string, error) {
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return cells, nil
		}
		if err != nil {
			return nil, err
		}
		cells, err = appendValues(cells, page.Values(), show)
		parquet.Release(page)
		if err != nil {
			return nil, err
		}
	}
}

func appendValues(cells []string, r parquet.ValueReader, show func(parquet.Value) string) ([]string, error) {
	var values [256]parquet.Value
	for {
		n, err := r.ReadValues(values[:])
		for _, v := range values[:n] {
			text := ""
			if !v.IsNull() {
				text = show(v)
			}
			cells = append(cells, text)
		}
		switch {
		case len(cells) > maxParquetRows:
			return nil, fmt.Errorf("there are more than %d rows, which is too much for a table of runs", maxParquetRows)
		case errors.Is(err, io.EOF):
			return cells, nil
		case err == nil && n == 0:
			return nil, io.ErrNoProgress
		case err != nil:
			return nil, err
		}
	}
}

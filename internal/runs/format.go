package runs

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"
)

// Formats are what a caller may name as the format of a source. The separator of csv is a comma, a semicolon or a tab,
// as the header tells.
var Formats = []string{"csv", "tsv", "json", "jsonl", "parquet"}

// maxBytes bounds a source, compressed and not.
const maxBytes = 1 << 30

const parquetMagic = "PAR1"

// load reads all of a source, uncompressed.
func load(r io.Reader, limit int64) ([]byte, error) {
	data, err := readAll(r, limit)
	if err != nil || !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data, err
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	return readAll(z, limit)
}

func readAll(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, bare(err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("it holds more than %d bytes, which is too much for a table of runs", limit)
	}
	return data, nil
}

// parse reads a source in a format; "" is the one that its name or content tells.
func parse(data []byte, name, format string) (sheet, error) {
	if format == "" {
		format = detect(data, name)
	}
	if format == "parquet" {
		return readParquet(data)
	}
	text, err := utf8Text(data)
	if err != nil {
		return sheet{}, err
	}
	switch format {
	case "csv":
		return readCSV(text, 0)
	case "tsv":
		return readCSV(text, '\t')
	case "json", "jsonl":
		return readJSON(text)
	}
	return sheet{}, fmt.Errorf("%s is no format: the formats are %s", quote(format), strings.Join(Formats, ", "))
}

// detect tells a format by Parquet's first bytes, then by the extension, then by the first character.
func detect(data []byte, name string) string {
	if bytes.HasPrefix(data, []byte(parquetMagic)) {
		return "parquet"
	}
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	switch path.Ext(name) {
	case ".csv":
		return "csv"
	case ".tsv":
		return "tsv"
	case ".json", ".jsonl", ".ndjson":
		return "json"
	case ".parquet":
		return "parquet"
	}
	if text := bytes.TrimSpace(withoutMark(data)); len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return "json"
	}
	return "csv"
}

// withoutMark leaves out a byte order mark.
func withoutMark(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\ufeff")) }

// utf8Text is the text of a source that isn't binary.
func utf8Text(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return nil, errors.New("it is a workbook or another zip file: save the table as CSV")
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return nil, errors.New("it is UTF-16: save the table as UTF-8")
	case bytes.IndexByte(data, 0) >= 0:
		return nil, errors.New("it is neither text nor Parquet")
	}
	text := withoutMark(data)
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, errors.New("it is empty")
	}
	for n, line := 1, text; len(line) > 0; n++ {
		var rest []byte
		line, rest, _ = bytes.Cut(line, []byte("\n"))
		if !utf8.Valid(line) {
			return nil, fmt.Errorf("line %d is not UTF-8", n)
		}
		line = rest
	}
	return text, nil
}

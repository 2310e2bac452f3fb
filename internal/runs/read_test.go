package runs

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

const (
	asCSV  = "n,d,l\n1,2,3\n"
	asTSV  = "n\td\tl\n1\t2\t3\n"
	asJSON = `{"n": 1, "d": 2, "l": 3}`
)

func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.String()
}

func TestFormats(t *testing.T) {
	one := string(parquetOf(t, []flat{{1, 2, 3}}))
	for _, c := range []struct {
		name, format, text string
	}{
		{"a.csv", "", asCSV}, {"a.CSV", "", asCSV}, {"a.tsv", "", asTSV}, {"a.jsonl", "", asJSON}, {"a.ndjson", "", asJSON},
		{"a.json", "", asJSON}, {"a.json", "", "[" + asJSON + "]"}, {"a.parquet", "", one},
		{"a.csv.gz", "", zipped(asCSV)}, {"a.tsv.gz", "", zipped(asTSV)}, {"a.jsonl.gz", "", zipped(asJSON)}, {"a.csv.gz", "", asCSV},
		{"a", "", asCSV}, {"a", "", asTSV}, {"a.txt", "", " \n" + asJSON}, {"a", "", " [" + asJSON + "]"}, {"a", "", one}, {"a.csv", "", one}, {"a", "", zipped(asCSV)}, {"a", "", zipped(one)},
		{"a.json", "csv", asCSV}, {"a", "tsv", asTSV}, {"a.csv", "jsonl", asJSON}, {"a.csv", "json", "[" + asJSON + "]"}, {"a", "parquet", one},
	} {
		got, err := Read(strings.NewReader(c.text), c.name, c.format, Columns{})
		if err != nil || len(got.Runs) != 1 || got.Runs[0].N != 1 || got.Runs[0].D != 2 || got.Runs[0].L != 3 {
			t.Errorf("%s as %q: %+v, %v", c.name, c.format, got, err)
		}
	}
}

func TestBadSources(t *testing.T) {
	refuses(t, asCSV, "a", "xml", Columns{}, `a: "xml" is no format: the formats are csv, tsv, json, jsonl, parquet`)
	refuses(t, "\x1f\x8b\x08", "a.gz", "", Columns{}, "a.gz: gzip: unexpected EOF")
	refuses(t, zipped(asCSV)[:30], "a.gz", "", Columns{}, "a.gz: unexpected EOF")
	refuses(t, asCSV, "a", "parquet", Columns{}, "a: it is no complete Parquet file")
	broken := errors.New("broken pipe")
	if _, err := Read(iotest.ErrReader(broken), "a", "", Columns{}); !errors.Is(err, broken) || err.Error() != "a: broken pipe" {
		t.Error(err)
	}
}

func TestSourcesAreBounded(t *testing.T) {
	const text = "0123456789"
	for _, source := range []string{text, zipped(text)} {
		if data, err := load(strings.NewReader(source), int64(max(len(text), len(source)))); err != nil || string(data) != text {
			t.Errorf("%q, %v", data, err)
		}
	}
	long := strings.Repeat(text, 100)
	for _, source := range []string{long, zipped(long)} {
		if _, err := load(strings.NewReader(source), 999); message(err) != "it holds more than 999 bytes, which is too much for a table of runs" {
			t.Error(err)
		}
	}
}

func TestFiles(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "runs.csv")
	if err := os.WriteFile(path, []byte(asCSV), 0o600); err != nil {
		t.Fatal(err)
	}
	want := []Run{run(1, 2, 3, 2)}
	for _, p := range []string{path, "-"} {
		if got, err := ReadFile(p, "", strings.NewReader(asCSV), Columns{}); err != nil || !reflect.DeepEqual(got.Runs, want) {
			t.Errorf("%s: %+v, %v", p, got, err)
		}
	}
	if _, err := ReadFile("-", "", strings.NewReader(""), Columns{}); err == nil || err.Error() != "standard input: it is empty" {
		t.Error(err)
	}
	missing := filepath.Join(folder, "none.csv")
	if _, err := ReadFile(missing, "", nil, Columns{}); !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), missing) != 1 {
		t.Error(err)
	}
	if _, err := ReadFile(folder, "", nil, Columns{}); err == nil || strings.Count(err.Error(), folder) != 1 {
		t.Error(err)
	}
}

package runs

import (
	"reflect"
	"strings"
	"testing"
)

// table reads a text that must be one.
func table(t *testing.T, text, name string, c Columns) Table {
	t.Helper()
	got, err := Read(strings.NewReader(text), name, "", c)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return got
}

// refuses checks the error of a text, an error with the name of the source on each line.
func refuses(t *testing.T, text, name, format string, c Columns, want string) {
	t.Helper()
	got, err := Read(strings.NewReader(text), name, format, c)
	if err == nil || err.Error() != want {
		t.Errorf("%q:\n%v, want\n%s", text, err, want)
	}
	if !reflect.DeepEqual(got, Table{}) {
		t.Errorf("%q: a table beside the error: %+v", text, got)
	}
}

func run(n, d, l float64, row int) Run { return Run{N: n, D: d, L: l, Weight: 1, Row: row} }

func TestCSV(t *testing.T) {
	two := []Run{run(1e6, 2e7, 3.5, 2), run(2e6, 4e7, 3.25, 3)}
	for _, c := range []struct {
		name, text string
		want       []Run
	}{
		{"commas", "params,tokens,loss\n1e6,2e7,3.5\n2e6,4e7,3.25\n", two},
		{"semicolons", "params;tokens;loss\n1e6;2e7;3.5\n2e6;4e7;3.25\n", two},
		{"tabs", "params\ttokens\tloss\n1e6\t2e7\t3.5\n2e6\t4e7\t3.25", two},
		{"commas in a header of semicolons", "params;tokens;\"loss, of, all, tokens\";loss\n1e6;2e7;;3.5\n2e6;4e7;;3.25\n", two},
		{"byte order mark", "\ufeffparams,tokens,loss\n1e6,2e7,3.5\n2e6,4e7,3.25\n", two},
		{"CRLF", "params,tokens,loss\r\n1e6,2e7,3.5\r\n2e6,4e7,3.25\r\n", two},
		{"quoted", "\"params\",\"tokens\",\"loss\"\n\"1,000,000\",2e7,\"3.5\"\n2e6,4e7,3.25\n", two},
		{"space", " params , tokens , loss \n 1e6 , \"2e7\", 3.5\n2e6,4e7,3.25\n", two},
		{"other columns", ",params,note,tokens,loss,\n0,1e6,,2e7,3.5,\n1,2e6,\"a, b\",4e7,3.25,\n", two},
		{"empty tabs", "params\tnote\ttokens\tloss\n1e6\t\t2e7\t3.5\n2e6\t\t4e7\t3.25", two},
		{"blank lines and comments", "# of 2024\n\nparams,tokens,loss\n\n1e6,2e7,3.5\n# bad: 1,2\n   \n,,\n2e6,4e7,3.25\n", []Run{run(1e6, 2e7, 3.5, 5), run(2e6, 4e7, 3.25, 9)}},
		{"a field of two lines", "params,tokens,note,loss\n1e6,2e7,\"a\nb\",3.5\n2e6,4e7,,3.25\n", []Run{run(1e6, 2e7, 3.5, 2), run(2e6, 4e7, 3.25, 4)}},
		{"repeats", "n,d,l\n1,2,3\n1,2,3\n", []Run{run(1, 2, 3, 2), run(1, 2, 3, 3)}},
	} {
		if got := table(t, c.text, "runs.csv", Columns{}); !reflect.DeepEqual(got.Runs, c.want) || !reflect.DeepEqual(got.Sets, []string{""}) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestBadCSV(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "runs.csv: it is empty"},
		{"white", " \n\n", "runs.csv: it is empty"},
		{"comments only", "# a\n# b\n", "runs.csv: it is empty: there is no header"},
		{"no rows", "n,d,l\n\n# none\n", "runs.csv: there are no runs: the table has no rows"},
		{"no header", "# 2024\n1e6,2e7,3.5\n2e6,4e7,3.25\n", "runs.csv: row 2: it holds numbers where the names of the columns belong: is the header missing?"},
		{"names twice", "n,d,l,d\n1,2,3,4\n", "runs.csv: row 1: columns 2 and 4 are both named d"},
		{"ragged", "n,d,l\n1,2\n1,2,3\n1,2,3,4\n", "runs.csv: row 2: it has 2 fields, and the header has 3\nruns.csv: row 4: it has 4 fields, and the header has 3"},
		{"quote that doesn't close", "n,d,l\n1,2,3\n\"1,2,3\n4,5,6\n", "runs.csv: row 3: extraneous or missing \" in quoted-field"},
		{"quote inside", "n,d,l\n1,2\",3\n", "runs.csv: row 2: bare \" in non-quoted-field"},
		{"Latin-1", "n,d,l\n1,2,3\n1,2,\xe9\n", "runs.csv: line 3 is not UTF-8"},
		{"UTF-16", "\xff\xfen\x00,\x00", "runs.csv: it is UTF-16: save the table as UTF-8"},
		{"workbook", "PK\x03\x04...", "runs.csv: it is a workbook or another zip file: save the table as CSV"},
		{"binary", "a\x00b", "runs.csv: it is neither text nor Parquet"},
	} {
		refuses(t, c.text, "runs.csv", "", Columns{}, c.want)
	}
}

func TestSeparators(t *testing.T) {
	for header, want := range map[string]rune{
		"a,b": ',', "a;b": ';', "a\tb": '\t', "a": ',', "": ',', "a;b,c": ',', "a;b,c;d": ';', `"a;b;c",d`: ',', "# a;b\n\na\tb": '\t',
	} {
		if got := separator([]byte(header)); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

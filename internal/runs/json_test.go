package runs

import (
	"reflect"
	"strings"
	"testing"
)

func TestJSON(t *testing.T) {
	for _, c := range []struct {
		name, text string
		columns    Columns
		want       []Run
	}{
		{"lines", "{\"params\": 1e6, \"tokens\": 2e7, \"loss\": 3.5}\n\n{\"loss\": 3.25, \"params\": \"2M\", \"tokens\": \"4e7\"}\n", Columns{}, []Run{run(1e6, 2e7, 3.5, 1), run(2e6, 4e7, 3.25, 3)}},
		{"list", "[{\"n\": 1, \"d\": 2, \"l\": 3},\n {\"n\": 4, \"d\": 5, \"l\": 6}]\n", Columns{}, []Run{run(1, 2, 3, 1), run(4, 5, 6, 2)}},
		{"objects of several lines", "\n{\n \"n\": 1,\n \"d\": 2, \"l\": 3\n}\n{\n\"n\": 4, \"d\": 5, \"l\": 6}", Columns{}, []Run{run(1, 2, 3, 2), run(4, 5, 6, 6)}},
		{"nested", `{"config": {"params": 1, "data": {"tokens": 2}}, "loss": 3, "history": [5, [4, {"a": 3}]], "tags": {}}`, Columns{N: "config.params", D: "config.data.tokens"}, []Run{run(1, 2, 3, 1)}},
		{"byte order mark", "\ufeff{\"n\": 1, \"d\": 2, \"l\": 3}", Columns{}, []Run{run(1, 2, 3, 1)}},
		{"large whole number", `{"n": 1300000000, "d": 12345678901234567890, "l": 3}`, Columns{}, []Run{run(1.3e9, 12345678901234567890, 3, 1)}},
		{"column of a few", "{\"n\": 1, \"d\": 2, \"l\": 3}\n{\"n\": 1, \"d\": 2, \"l\": 3, \"note\": null}", Columns{}, []Run{run(1, 2, 3, 1), run(1, 2, 3, 2)}},
	} {
		if got := table(t, c.text, "runs.jsonl", c.columns); !reflect.DeepEqual(got.Runs, c.want) {
			t.Errorf("%s: %+v", c.name, got.Runs)
		}
	}
}

func TestBadJSON(t *testing.T) {
	const good = "{\"n\": 1, \"d\": 2, \"l\": 3}\n"
	const object = `a run is an object, such as {"params": 1e6, "tokens": 2e7, "loss": 3.1}`
	for _, c := range []struct{ name, text, want string }{
		{"no runs", "[]", "no column has a common name of N (parameters): give its name with --columns N=NAME; the table has no columns with a name"},
		{"number", good + "5\n" + good, "line 2: " + object},
		{"list of numbers", "[1, 2]", "line 1: " + object},
		{"list of lists", "[[1, 2]]", "line 1: " + object},
		{"list after a run", good + "[1]", "line 2: " + object},
		{"more after the list", "[" + good + "]\n{}", "line 3: something follows the list"},
		{"cut off", good + "{\"n\": 1, ", "line 2: unexpected EOF"},
		{"list cut off", "[" + good, "line 1: unexpected EOF"},
		{"list of values cut off", "{\"n\": [1, ", "line 1: unexpected EOF"},
		{"NaN", good + good + "{\"n\": 1,\n\"l\": NaN}", "line 4: invalid character 'N' looking for beginning of value"},
		{"bad line", good + "}\n", "line 2: invalid character '}' looking for beginning of value"},
		{"key twice", good + "{\"n\": 1,\n \"n\": 2}", "line 3: \"n\" is given twice"},
		{"key twice by nesting", `{"a.b": 1, "a": {"b": 2}}`, "line 1: \"a.b\" is given twice"},
		{"too deep", strings.Repeat(`{"a":`, 33) + strings.Repeat("}", 33), "line 1: objects are nested more than 32 deep"},
		{"null", good + `{"n": 1, "d": 2, "l": null}`, "row 2, column l: there is no value"},
		{"absent", good + `{"n": 1, "d": 2}`, "row 2, column l: there is no value"},
		{"list for a number", `{"n": 1, "d": 2, "l": [3, 2]}`, "row 1, column l: a list stands where one value belongs"},
		{"truth for a number", `{"n": 1, "d": 2, "l": true}`, `row 1, column l: "true" is no number`},
	} {
		_, err := Read(strings.NewReader(c.text), "runs.json", "", Columns{})
		if got := strings.Split(message(err), "\n")[0]; got != c.want {
			t.Errorf("%s: error %q, want %q", c.name, got, c.want)
		}
	}
}

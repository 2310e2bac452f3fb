package content

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func recordsOf(data []byte, field string) (all []Record, err error) {
	for r := NewRecords(bytes.NewReader(data), field); ; {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		record.Text, record.Tokens = bytes.Clone(record.Text), slices.Clone(record.Tokens)
		all = append(all, record)
	}
}

func same(a, b Record) bool {
	return a.Line == b.Line && bytes.Equal(a.Text, b.Text) && slices.Equal(a.Tokens, b.Tokens) && a.IsTokens == b.IsTokens
}

func TestRecords(t *testing.T) {
	for _, test := range []struct{ line, text string }{
		{`{"text":"plain"}`, "plain"},
		{`{"text":""}`, ""},
		{`{"a":{"text":"no","b":["}\"",{}]},"text":"yes","c":[[1],"]"]}`, "yes"},
		{`{"a":"\\","b":"\\\"","text":"x"}`, "x"},
		{` { "text" : "a\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00" } `, "a\"\\/\b\f\n\r\t\u00e9\u20ac\U0001f600"},
		{`{"text":"\ud83d\ud83d\ude00\ude00\ud83dx\ud83d"}`, "\ufffd\U0001f600\ufffd\ufffdx\ufffd"},
		{`{"text":"first","text":"last"}`, "last"},
		{`{"te\u0078t":"escaped name"}`, "escaped name"},
		{`{"TEXT":"no","text":"yes"}`, "yes"},
		{`{"tokens":null,"text":"yes"}`, "yes"},
		{`{"tokens":{"a":[1]},"text":"yes"}`, "yes"},
		{"{\"text\":\"caf\xe9 \x7f\"}", "caf\xe9 \x7f"},
	} {
		got, err := recordsOf([]byte(test.line), "")
		if err != nil || len(got) != 1 || string(got[0].Text) != test.text || got[0].IsTokens || got[0].Line != 1 {
			t.Errorf("%s: %+v, %v", test.line, got, err)
		}
	}
	if got, err := recordsOf([]byte(`{"text":1,"body":"b"}`), "body"); err != nil || string(got[0].Text) != "b" {
		t.Errorf("other field: %v, %v", got, err)
	}
	got, err := recordsOf([]byte("\n{\"tokens\":[ ]}\n\n{\"tokens\" : [0,2147483647] }\n{\"text\":\"x\"}"), "")
	want := []Record{{Line: 2, IsTokens: true}, {Line: 4, IsTokens: true, Tokens: []int32{0, 2147483647}}, {Line: 5, Text: []byte("x")}}
	if err != nil || !slices.EqualFunc(got, want, same) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestBadRecords(t *testing.T) {
	for _, test := range []struct {
		line string
		kind Kind
		part string
	}{
		{`{"text":"x"`, BadRecord, "its JSON ends too early"},
		{`{"text":"x}`, BadRecord, "its JSON ends too early"},
		{`{"text":"x"}}`, BadRecord, "is no JSON: column 13: invalid character '}'"},
		{`{"text":'x'}`, BadRecord, "column 9"},
		{`plain text`, BadRecord, "column 1"},
		{"{\"text\":\"a\tb\"}", BadRecord, "column 11"},
		{`{"text":"\x"}`, BadRecord, "column 11"},
		{`{"tokens":[1],}`, BadRecord, "column 15"},
		{`{"tokens":[1,]}`, BadRecord, "column 14"},
		{`{"tokens":[01]}`, BadRecord, "column 13"},
		{`{"tokens":[1]}}`, BadRecord, "column 15"},
		{`{"tokens":[1]`, BadRecord, "ends too early"},
		{`[1,2]`, BadRecord, "is an array and no object"},
		{`"text"`, BadRecord, "is a string and no object"},
		{`17`, BadRecord, "is a number"},
		{`null`, BadRecord, "is null"},
		{`true`, BadRecord, "is a boolean"},
		{strings.Repeat(`{"a":`, 20000), BadRecord, "is no JSON"},
		{`{}`, NoText, `but no field at all (name the field that holds text: measure --text-field, or text_field of a study's files)`},
		{`{"body":"x","id":1}`, NoText, `has neither a field "tokens" nor a field "text", but "body", "id" (`},
		{`{"1":1,"2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1,"9":1}`, NoText, `"8" and others (`},
		{`{"` + strings.Repeat("\u20ac", 50) + `":1}`, NoText, strings.Repeat("\u20ac", 40) + "\u2026"},
		{`{"text":7}`, BadRecord, `its field "text" is a number and no string`},
		{`{"text":null}`, BadRecord, `its field "text" is null and no string`},
		{`{"tokens":7}`, BadRecord, `"tokens" is a number and no array of integers, and it has no field "text"`},
		{`{"tokens":"1 2"}`, BadRecord, `"tokens" is a string`},
		{`{"tokens":[1,-2]}`, BadToken, "number 2 is -2, and no token id"},
		{`{"tokens":[1.0]}`, BadToken, "number 1 is 1.0"},
		{`{"tokens":[1e3]}`, BadToken, "number 1 is 1e3"},
		{`{"tokens":[1,"the"]}`, BadToken, `number 2 is "\"the\"", and`},
		{`{"tokens":[[1,2]]}`, BadToken, "number 1 is [1,2]"},
		{`{"tokens":[null]}`, BadToken, "number 1 is null"},
		{`{"tokens":[0,2147483648]}`, BadToken, "number 2 is 2147483648, above the largest token id"},
		{`{"tokens":[18446744073709551617]}`, BadToken, "above"},
	} {
		c := New("f.jsonl", strings.NewReader("{\"text\":\"good\"}\n\n"+test.line+"\n"), Options{})
		r := NewRecords(c, "")
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		_, err := r.Next()
		wants(t, test.line[:min(len(test.line), 60)], err, test.kind, "f.jsonl: line 3: ", test.part)
		if _, again := r.Next(); again == nil || again.Error() != err.Error() {
			t.Errorf("after an error: %v", again)
		}
	}
}

func FuzzRecords(f *testing.F) {
	for _, s := range []string{
		`{"text":"a\u00e9\ud83d\ude00\\\"b"}`, "{\"tokens\":[1, 2 ,3]}\r\n\n{\"text\":\"x\",\"a\":{\"b\":[\"}\"]}}", `{"te\u0078t":"x","tokens":7}`,
		"\xef\xbb\xbf{\"tokens\":[]}\n{}", `{"tokens":[1,null,"2",2147483648,1.5,-0]}`, "{\"text\":\"\xff\\ud800\"}", `{"text":"a","text":null}`, `[{"text":"a"}]`,
		`{"tokens":[1]`, `{"tokens":[1],}`, `{"tokens":[01]}`, `{"tokens":[1,]}`, `{"tokens":[1],"a":1}`, `{"tokens": [1 , 2] } `, `{"tokens":[1]}}`,
	} {
		f.Add([]byte(s), "text")
	}
	f.Add([]byte(`{"body":"x","tokens":{"tokens":[1]}}`), "body")
	f.Fuzz(func(t *testing.T, data []byte, field string) {
		if field == "" {
			field = "text"
		}
		got, err := recordsOf(data, field)
		if !utf8.Valid(data) { // the standard library replaces what isn't
			return
		}
		want, ok := slowRecords(data, field)
		if ok != (err == nil) || !slices.EqualFunc(got, want, same) {
			t.Fatalf("%+v, %v; want %+v, %v", got, err, want, ok)
		}
		if err != nil && !Skippable(err) {
			t.Fatal(err)
		}
	})
}

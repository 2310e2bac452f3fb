package content

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]Format{
		"a.jsonl": JSONL, "A.NDJSON": JSONL, "x/a.npy": NPY, "a.bin": Bin, "a.txt": Text, "a.go": Text, "jsonl": Text, "": Text, "-": Text,
	} {
		if got := FormatOf(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

// What ziplaw sample writes is read as it was, compressed or not.
func TestDocumentsOfSample(t *testing.T) {
	docs := [][]int32{{1, 2, 3}, {40000, 5, 6}, {7, 8, 9}}
	var npy, bin []byte
	npy = append(npy, "\x93NUMPY\x01\x00\x76\x00"+fmt.Sprintf("%-117s\n", "{'descr': '<i4', 'fortran_order': False, 'shape': (3, 3), }")...)
	for _, doc := range docs {
		for _, id := range doc {
			npy = binary.LittleEndian.AppendUint32(npy, uint32(id))
			bin = binary.LittleEndian.AppendUint16(bin, uint16(id))
		}
	}
	for name, data := range map[string][]byte{
		"a.jsonl": []byte("{\"tokens\":[1,2,3]}\n{\"tokens\":[40000,5,6]}\n{\"tokens\":[7,8,9]}\n"),
		"a.txt":   []byte("1 2 3\n40000 5 6\n7 8 9\n"),
		"a.npy":   npy, "a.bin": bin,
	} {
		for ending, packed := range map[string][]byte{"": data, ".gz": gz(data), ".zst": zst(data)} {
			c, err := Open(write(t, name+ending, packed), Options{})
			if err != nil {
				t.Fatal(err)
			}
			d, err := NewDocuments(c, DocumentOptions{Tokenizer: Integers, Context: 3})
			if err != nil {
				t.Fatal(err)
			}
			got, err := rest(d)
			if err != nil || !equal(got, docs) {
				t.Errorf("%s: %v, %v", name+ending, got, err)
			}
			want := int64(3)
			if name == "a.bin" {
				want = 1
			}
			if d.Texts() != want || d.Short() != 0 {
				t.Errorf("%s: %d texts, %d short", name, d.Texts(), d.Short())
			}
			if c.Sum() == ([32]byte{}) {
				t.Errorf("%s has no sum", name)
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestDocumentsOfText(t *testing.T) {
	for _, test := range []struct {
		data           string
		context        int
		docs           [][]int32
		texts, short   int64
		name, fileless string
	}{
		{data: "abcdefg", context: 3, docs: [][]int32{{97, 98, 99}, {100, 101, 102}}, texts: 1},
		{data: "ab\xff", context: 1, docs: [][]int32{{97}, {98}, {255}}, texts: 1},
		{data: "ab", context: 3, texts: 1, short: 1},
		{data: "", context: 3, texts: 1, short: 1},
		{data: "ab", context: 1 << 40, texts: 1, short: 1},
	} {
		docs, d, err := all(t, "a", []byte(test.data), DocumentOptions{Context: test.context})
		if err != nil || !equal(docs, test.docs) || d.Texts() != test.texts || d.Short() != test.short {
			t.Errorf("%q by %d: %v, %v; %d texts, %d short", test.data, test.context, docs, err, d.Texts(), d.Short())
		}
		if d.Look().Bytes != int64(len(test.data)) {
			t.Errorf("%q: %d bytes were looked at", test.data, d.Look().Bytes)
		}
	}
}

// Windows are the same however the bytes come, and Next appends.
func TestWindowsOfParts(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789"), 100000)
	c := New("a", iotest.HalfReader(bytes.NewReader(data)), Options{})
	d, err := NewDocuments(c, DocumentOptions{Context: 300007})
	if err != nil {
		t.Fatal(err)
	}
	got := []int32{5}
	for range 3 {
		if got, err = d.Next(got); err != nil {
			t.Fatal(err)
		}
	}
	if got, err = d.Next(got); !errors.Is(err, io.EOF) || len(got) != 1+3*300007 {
		t.Fatalf("%d ids, %v", len(got), err)
	}
	for i, id := range got[1:] {
		if id != int32(data[i]) {
			t.Fatalf("id %d is %d", i, id)
		}
	}
}

func TestCheckUTF8(t *testing.T) {
	good := strings.Repeat("good text \u20ac\n", 100000)
	for _, test := range []struct{ what, data, part string }{
		{"Latin-1", good + "caf\xe9 " + good, "is text that isn't UTF-8, as its byte 1400003 shows"},
		{"cut rune", good + "\xe2\x82", "byte 1400000 shows"},
		{"zero", "a\x00bcdefghijklmn", "is binary, as its byte 1 shows"},
		{"UTF-16", "\xff\xfea\x00b\x00", "is UTF-16 text, as its byte 0 shows (convert it: iconv"},
		{"UTF-16 without a mark", "h\x00e\x00l\x00l\x00o\x00\n\x00", "is UTF-16 text"},
	} {
		for _, name := range []string{"a.txt", "a.jsonl"} {
			o := DocumentOptions{Context: 4, CheckUTF8: true}
			data := test.data
			if name == "a.jsonl" && strings.HasPrefix(data, good) {
				data = strings.ReplaceAll(data, good, strings.Repeat("\n", len(good)))
			}
			_, _, err := all(t, name, []byte(data), o)
			wants(t, test.what, err, NotText, test.part)
			o.CheckUTF8 = false
			if _, d, err := all(t, name, []byte(data), o); name == "a.txt" && (err != nil || d.Look().Text()) {
				t.Errorf("%s without a check: %v", test.what, err)
			}
		}
	}
	if _, d, err := all(t, "a", []byte(good), DocumentOptions{Context: 4, CheckUTF8: true}); err != nil || !d.Look().Text() {
		t.Error(err)
	}
	_, _, err := all(t, "a.jsonl", utf16Of("{\"text\": \"hello\"}\n", binary.LittleEndian), DocumentOptions{Context: 4})
	wants(t, "UTF-16 lines", err, NotText, "UTF-16")
}

func TestDocumentsOfRecords(t *testing.T) {
	data := "\xef\xbb\xbf{\"text\": \"abcde\", \"id\": 1}\r\n\n  \n{\"tokens\": [5, 70000 ,\t2147483647]}\n{\"tokens\":[]}\n{\"text\":\"a\"}\n{\"tokens\":[1],\"text\":\"abcdef\"}\n{\"tokens\":3,\"text\":\"\\u0041b\"}"
	docs, d, err := all(t, "a.jsonl", []byte(data), DocumentOptions{Context: 2})
	want := [][]int32{{'a', 'b'}, {'c', 'd'}, {5, 70000, 2147483647}, {1}, {'A', 'b'}}
	if err != nil || !equal(docs, want) || d.Texts() != 6 || d.Short() != 2 {
		t.Errorf("%v, %v; %d texts, %d short", docs, err, d.Texts(), d.Short())
	}
	if l := d.Look(); l.BOM != "UTF-8" || l.CRLF != 1 || !l.Text() {
		t.Errorf("look %+v", l)
	}
	if docs, d, err := all(t, "a.jsonl", []byte("{\"tokens\":[1,2]}\n{\"tokens\":[]}"), DocumentOptions{}); err != nil || !equal(docs, [][]int32{{1, 2}}) || d.Short() != 1 {
		t.Errorf("tokens need no window: %v, %v", docs, err)
	}
	_, _, err = all(t, "a.jsonl", []byte("{\"tokens\":[1,2]}\n{\"text\":\"a\"}"), DocumentOptions{})
	wants(t, "text without a window", err, Misuse, "line 2: a window of 0 tokens")
	_, _, err = all(t, "a.jsonl", []byte("{\"text\":\"1 2\"}"), DocumentOptions{Tokenizer: Integers, Context: 1})
	wants(t, "text as integers", err, BadRecord, "line 1: is text")
	_, d, err = all(t, "b.jsonl", []byte("{\"text\":\"abc\"}\n{"), DocumentOptions{Context: 2})
	wants(t, "bad line", err, BadRecord, "b.jsonl: line 2: its JSON ends too early")
	if _, again := d.Next(nil); again == nil || again.Error() != err.Error() {
		t.Errorf("after an error: %v", again)
	}
}

func TestIntegers(t *testing.T) {
	docs, d, err := all(t, "a.txt", []byte("\xef\xbb\xbf1 2\t3\r\n\n \n007\n2147483647 0"), DocumentOptions{Tokenizer: Integers})
	if err != nil || !equal(docs, [][]int32{{1, 2, 3}, {7}, {2147483647, 0}}) || d.Texts() != 3 || d.Short() != 0 {
		t.Errorf("%v, %v; %d texts, %d short", docs, err, d.Texts(), d.Short())
	}
	for data, part := range map[string]string{
		"1 2\n3 x4 5":             "a.txt: line 2: column 3: x4 is no token id",
		"1 -2":                    "line 1: column 3: -2 is no token id",
		"1.5":                     "column 1: 1.5 is no",
		"1,2":                     "column 1: 1,2 is no",
		"1 2147483648":            "line 1: column 3: 2147483648 is above the largest token id, 2147483647",
		"99999999999999999999":    "is above",
		"\n\n\u20ac":              "line 3: column 1",
		strings.Repeat("x", 1000): "xxxx\u2026 is no token id",
		"caf\xe9 1":               `"caf\xe9" is no token id`,
		"1 2\x00":                 "is binary",
	} {
		_, _, err := all(t, "a.txt", []byte(data), DocumentOptions{Tokenizer: Integers})
		kind := BadToken
		if part == "is binary" {
			kind = NotText
		}
		wants(t, data, err, kind, part)
	}
}

// A line longer than 64 MiB is an error, and not a byte of memory more.
func TestEndlessLines(t *testing.T) {
	for name, o := range map[string]DocumentOptions{"a.jsonl": {Context: 2}, "a.txt": {Tokenizer: Integers}} {
		d, err := NewDocuments(New(name, io.MultiReader(strings.NewReader("\n"), endless('1')), Options{}), o)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.Next(nil)
		wants(t, name, err, TooLong, "line 2: is longer than 64 MiB")
	}
	for _, end := range []string{"", "\n", "\nab"} {
		l := newLines(io.MultiReader(io.LimitReader(endless('1'), maxLine), strings.NewReader(end)))
		if line, err := l.next(); err != nil || len(line) != maxLine {
			t.Errorf("the longest line, then %q: %d bytes, %v", end, len(line), err)
		}
	}
	for _, end := range []string{"1", "1\n"} {
		l := newLines(io.MultiReader(io.LimitReader(endless('1'), maxLine), strings.NewReader(end)))
		if _, err := l.next(); err == nil {
			t.Errorf("a line longer by %q is taken", end)
		}
	}
}

func TestBinary(t *testing.T) {
	data := []byte{1, 0, 2, 0, 0xff, 0xff, 4, 0, 5, 0}
	docs, d, err := all(t, "a.bin", data, DocumentOptions{Context: 2})
	if err != nil || !equal(docs, [][]int32{{1, 2}, {65535, 4}}) || d.Texts() != 1 || d.Short() != 0 {
		t.Errorf("%v, %v", docs, err)
	}
	docs, _, err = all(t, "a", data[:8], DocumentOptions{Context: 1, Type: "uint32", Format: Bin})
	if err != nil || !equal(docs, [][]int32{{0x20001}, {0x4ffff}}) {
		t.Errorf("%v, %v", docs, err)
	}
	if docs, d, err := all(t, "a.bin", data, DocumentOptions{Context: 6}); err != nil || docs != nil || d.Texts() != 1 || d.Short() != 1 {
		t.Errorf("short: %v, %v", docs, err)
	}
	_, _, err = all(t, "a.bin", data[:3], DocumentOptions{Context: 1})
	wants(t, "odd", err, Truncated, "no multiple of 2 (is it of type uint16")
	_, _, err = all(t, "a.bin", data, DocumentOptions{Context: 9, Type: "uint32"})
	wants(t, "no multiple of 4", err, Truncated, "no multiple of 4")
	_, _, err = all(t, "a.bin", []byte{1, 0, 0, 0, 0, 0, 0, 0x80}, DocumentOptions{Context: 1, Type: "uint32"})
	wants(t, "large", err, BadToken, "number 1, counted from 0, is 2147483648")
}

func TestMisuse(t *testing.T) {
	for part, o := range map[string]DocumentOptions{
		`format "csv"`:       {Format: "csv"},
		`tokenizer "gpt2"`:   {Tokenizer: "gpt2", Context: 1},
		"window of 0 tokens": {},
		"window of -1":       {Format: Bin, Context: -1},
		`type "int8"`:        {Format: Bin, Context: 1, Type: "int8"},
	} {
		_, err := NewDocuments(New("f.any", strings.NewReader(""), Options{}), o)
		wants(t, part, err, Misuse, part)
	}
}

// Documents of an archive that is cut off end with its error.
func TestDocumentsOfTruncated(t *testing.T) {
	data := gz(bytes.Repeat([]byte(`{"text":"abcdefgh"}`+"\n"), 1000))
	path := write(t, "a.jsonl.gz", data[:len(data)-9])
	c, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	d, err := NewDocuments(c, DocumentOptions{Context: 4})
	if err != nil {
		t.Fatal(err)
	}
	_, err = rest(d)
	wants(t, "cut off", err, Truncated, "cut off")
	if !strings.HasPrefix(err.Error(), path+": ") || filepath.Base(path) != "a.jsonl.gz" {
		t.Error(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func FuzzIntegers(f *testing.F) {
	for _, s := range []string{"", "1 2\n3\n", "\xef\xbb\xbf 007\r\n\n", "1 x", "2147483648", "-1", "1\v2\f3\n\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		docs, _, err := all(t, "f.txt", data, DocumentOptions{Tokenizer: Integers})
		want, ok := slowIntegers(data)
		if ok != (err == nil) || !equal(docs, want) {
			t.Fatalf("%v, %v; want %v, %v", docs, err, want, ok)
		}
		if err != nil && !Skippable(err) {
			t.Fatal(err)
		}
	})
}

// TestOnlyText: token ids in any format are an error where text is wanted.
func TestOnlyText(t *testing.T) {
	o := DocumentOptions{OnlyText: true, Context: 2}
	for name, body := range map[string]string{"a.bin": "\x01\x00\x02\x00", "a.npy": "", "a.jsonl": `{"tokens":[1,2]}`, "good.jsonl": `{"text":"ab"}`, "good.txt": "ab"} {
		d, err := NewDocuments(New(name, strings.NewReader(body), Options{}), o)
		if err == nil {
			_, err = d.Next(nil)
		}
		if e, ok := errors.AsType[*Error](err); strings.HasPrefix(name, "good") != (err == nil) || err != nil && (!ok || e.Kind != NoText) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

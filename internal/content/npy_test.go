package content

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestNumpy(t *testing.T) {
	small := [][]int32{{1, 2, 3}, {4, 5, 100}}
	padded := [][]int32{{7, 8, 9}, {10}, {11, 12}}
	want := map[string][][]int32{
		"padded": padded, "version 2": padded, "version 3": padded, "flat": {{0, 1, 2}, {3, 4, 5}}, "one column": {{1}, {2}}, "empty": nil, "no width": nil,
	}
	for _, order := range "<>" {
		for _, name := range []string{"i2", "i4", "i8", "u2", "u4", "u8"} {
			want[string(order)+name] = small
		}
	}
	want["|u1"], want["|i1"] = small, small
	counts := map[string][2]int64{"padded": {4, 1}, "version 2": {4, 1}, "version 3": {4, 1}, "flat": {1, 0}, "empty": {0, 0}, "no width": {5, 5}}
	for name, docs := range want {
		got, d, err := all(t, "f.npy", []byte(npyFiles[name]), DocumentOptions{Context: 3})
		if err != nil || !equal(got, docs) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		count, ok := counts[name]
		if !ok {
			count = [2]int64{2, 0}
		}
		if d.Texts() != count[0] || d.Short() != count[1] {
			t.Errorf("%s: %d texts, %d short", name, d.Texts(), d.Short())
		}
	}
	if got, d, err := all(t, "f.npy", []byte(npyFiles["flat"]), DocumentOptions{Context: 8}); err != nil || got != nil || d.Short() != 1 {
		t.Errorf("short: %v, %v", got, err)
	}
	for name := range npyFiles {
		if _, known := want[name]; !known {
			if _, bad := badNumpy[name]; !bad {
				t.Errorf("nothing tests %q", name)
			}
		}
	}
}

var badNumpy = map[string]struct {
	kind Kind
	part string
}{
	"fortran":          {Unsupported, "numpy.ascontiguousarray"},
	"three dimensions": {Unsupported, "has 3 dimensions"},
	"no dimension":     {Unsupported, "has 0 dimensions"},
	"float":            {Unsupported, "holds floating-point numbers of type <f8, and token ids are integers (write a.astype(numpy.int32))"},
	"half":             {Unsupported, "floating-point"},
	"bool":             {Unsupported, "type |b1"},
	"text":             {Unsupported, "type <U2"},
	"records":          {Unsupported, "type"},
	"objects":          {Unsupported, "Python's objects"},
	"inside":           {BadToken, "row 0, column 1, counted from 0, is -1, which fills rows up, and token ids follow"},
	"negative":         {BadToken, "row 1, column 1, counted from 0, is -5"},
	"negative flat":    {BadToken, "number 2, counted from 0, is -1"},
	"large":            {BadToken, "row 0, column 1, counted from 0, is 2147483648"},
	"largest":          {BadToken, "row 0, column 1, counted from 0, is 9223372036854775807"},
}

func TestBadNumpy(t *testing.T) {
	for name, want := range badNumpy {
		_, _, err := all(t, "f.npy", []byte(npyFiles[name]), DocumentOptions{Context: 3})
		wants(t, name, err, want.kind, want.part)
	}
	_, _, err := all(t, "f.npy", []byte(npyFiles["flat"]), DocumentOptions{})
	wants(t, "no window", err, Misuse, "window")
	_, _, err = all(t, "f.npy", sample, DocumentOptions{Context: 3})
	wants(t, "text", err, Unsupported, "numpy.save")
	_, _, err = all(t, "f.npy", []byte("abc"), DocumentOptions{Context: 3})
	wants(t, "short text", err, Unsupported, "numpy.save")
}

// An array cut anywhere, or with bytes behind it, is an error.
func TestNumpyLength(t *testing.T) {
	for _, name := range []string{"padded", "flat", "version 2", "empty", "no width"} {
		data := []byte(npyFiles[name])
		for n := range data {
			_, _, err := all(t, "f.npy", data[:n], DocumentOptions{Context: 2})
			wants(t, fmt.Sprintf("%s of %d bytes", name, n), err, Truncated)
		}
		_, _, err := all(t, "f.npy", append(data, 0), DocumentOptions{Context: 2})
		wants(t, name, err, Trailing, "more bytes behind", "shape (")
	}
}

func header(text string) []byte {
	return append([]byte("\x93NUMPY\x01\x00"), append([]byte{byte(len(text)), byte(len(text) >> 8)}, text...)...)
}

func TestNumpyHeaders(t *testing.T) {
	for _, text := range []string{
		`{'descr': '<i4', 'fortran_order': False, 'shape': (2, 1), }`,
		"{\"shape\":(2L,1L),\"fortran_order\":True,\"descr\":\"<i4\"}   \n",
		`{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }`,
	} {
		docs, _, err := all(t, "f.npy", append(header(text), 1, 0, 0, 0, 2, 0, 0, 0), DocumentOptions{Context: 1})
		if err != nil || !equal(docs, [][]int32{{1}, {2}}) {
			t.Errorf("%s: %v, %v", text, docs, err)
		}
	}
	for text, part := range map[string]string{
		``:   "isn't numpy's",
		`{}`: "isn't numpy's",
		`{'descr': '<i4', 'fortran_order': False}`:                                    "isn't numpy's",
		`{'descr': '<i4', 'fortran_order': False, 'shape': (-1, 2)}`:                  "isn't numpy's",
		`{'descr': '<i4', 'fortran_order': False, 'shape': (2, 2)} x`:                 "isn't numpy's",
		`{'descr': '<i4', 'fortran_order': 0, 'shape': (2, 2)}`:                       "isn't numpy's",
		`{'descr': '<i4', 'descr': '<i4', 'shape': (2, 2)}`:                           "isn't numpy's",
		`{'descr': '<i4', 'fortran_order': False, 'shape': (2, 2), 'x': 1}`:           "isn't numpy's",
		`{'descr': '<i4', 'fortran_order': False, 'shape': (99999999999999999999,)}`:  "isn't numpy's",
		`{'descr': [('a', '<i4', 'fortran_order': False, 'shape': (2, 2)}`:            "isn't numpy's",
		`{'descr': '<i4', 'fortran_order': False, 'shape': (9223372036854775807, 2)}`: "more bytes than there can be",
		`{'descr': '<i4', 'fortran_order': False, 'shape': (1, 16777217)}`:            "rows of 16777217 numbers, and 16777216",
		`{'descr': '|i4', 'fortran_order': False, 'shape': (1, 1)}`:                   "type |i4",
		`{'descr': '', 'fortran_order': False, 'shape': (1, 1)}`:                      "type",
	} {
		_, _, err := all(t, "f.npy", append(header(text), make([]byte, 16)...), DocumentOptions{Context: 1})
		wants(t, text, err, Unsupported, part)
	}
	_, _, err := all(t, "f.npy", []byte("\x93NUMPY\x04\x00\x02\x00{}"), DocumentOptions{Context: 1})
	wants(t, "version 4", err, Unsupported, "is of version 4")
	_, _, err = all(t, "f.npy", []byte("\x93NUMPY\x02\x00\x00\x00\x00\x7f"), DocumentOptions{Context: 1})
	wants(t, "long header", err, Unsupported, "has a header of 2130706432 bytes")
}

// A header that promises more than there is takes no memory for it.
func TestNumpyPromises(t *testing.T) {
	for _, shape := range []string{"(1000000000, 16777216)", "(1000000000000,)"} {
		data := header("{'descr': '<i8', 'fortran_order': False, 'shape': " + shape + "}")
		bytes := allocated(func() {
			_, _, err := all(t, "f.npy", data, DocumentOptions{Context: 1 << 40})
			wants(t, shape, err, Truncated)
		})
		if bytes > 2<<20 {
			t.Errorf("%s: %d bytes were allocated", shape, bytes)
		}
	}
}

func FuzzNumpy(f *testing.F) {
	for _, data := range npyFiles {
		f.Add([]byte(data), 2)
	}
	f.Add(header(`{'descr': '<u2', 'fortran_order': False, 'shape': (9223372036854775807, 0)}`), 1)
	f.Fuzz(func(t *testing.T, data []byte, context int) {
		docs, d, err := all(t, "f.npy", data, DocumentOptions{Context: max(1, context)})
		if err != nil {
			if !Skippable(err) {
				t.Fatal(err)
			}
			return
		}
		if !bytes.HasPrefix(data, []byte("\x93NUMPY")) || d.Texts() < d.Short() {
			t.Fatalf("%d texts, %d short", d.Texts(), d.Short())
		}
		ids := 0
		for _, doc := range docs {
			if len(doc) == 0 {
				t.Fatal("a document without a token")
			}
			for _, id := range doc {
				if id < 0 {
					t.Fatalf("id %d", id)
				}
			}
			ids += len(doc)
		}
		if ids > len(data) {
			t.Fatalf("%d ids of %d bytes", ids, len(data))
		}
	})
}

func FuzzContent(f *testing.F) {
	for _, data := range [][]byte{nil, sample, gz(sample), zst(sample), join(gz(sample), gz(nil)), join(zst(sample), zst(sample)), gz(sample)[:30], zst(sample)[:30]} {
		for _, name := range []string{"-", "a.gz", "a.zst"} {
			f.Add(name, data)
		}
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if strings.ContainsRune(name, 0) {
			return
		}
		c := New(name, bytes.NewReader(data), Options{})
		got, err := readSome(c, 32<<20)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok || !Skippable(err) {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		if !c.Compressed() && !bytes.Equal(got, data) {
			t.Fatalf("plain content of %d bytes is %d bytes", len(data), len(got))
		}
		if c.Taken() > int64(len(data)) {
			t.Fatalf("%d bytes were taken of %d", c.Taken(), len(data))
		}
	})
}

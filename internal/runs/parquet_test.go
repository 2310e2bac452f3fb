package runs

import (
	"bytes"
	"math"
	"reflect"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// flat is a row of the plainest table.
type flat struct {
	N int64   `parquet:"n"`
	D float64 `parquet:"d"`
	L float32 `parquet:"l"`
}

// nested is a row with all that a column may be.
type nested struct {
	Config *struct {
		Params int32  `parquet:"params,optional"`
		Tokens uint64 `parquet:"tokens,snappy"`
	} `parquet:"config,optional"`
	Loss    *float64  `parquet:"loss,optional,zstd"`
	Decimal int64     `parquet:"decimal,decimal(2:18)"`
	Text    string    `parquet:"text,dict"`
	Seed    bool      `parquet:"seed"`
	History []float64 `parquet:"history,list"`
	Raw     [4]byte   `parquet:"raw"`
}

func parquetOf[T any](t testing.TB, rows []T, options ...parquet.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := parquet.Write(&b, rows, options...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func nestedRow(params int32, tokens uint64, loss float64) nested {
	n := nested{Loss: &loss, Decimal: 271, Text: "1.3B", Seed: true, History: []float64{3, 2}, Raw: [4]byte{0x41, 0x01, 0x10, 0x00}}
	n.Config = &struct {
		Params int32  `parquet:"params,optional"`
		Tokens uint64 `parquet:"tokens,snappy"`
	}{params, tokens}
	return n
}

func TestParquet(t *testing.T) {
	rows := []nested{nestedRow(7, math.MaxUint64, 3.5), nestedRow(9, 11, 3.25)}
	data := parquetOf(t, rows, parquet.MaxRowsPerRowGroup(1))
	for _, c := range []struct {
		columns Columns
		want    []Run
	}{
		{Columns{N: "config.params", D: "config.tokens"}, []Run{run(7, math.MaxUint64, 3.5, 1), run(9, 11, 3.25, 2)}},
		{Columns{N: "text", D: "config.tokens", L: "decimal", Cluster: "seed"}, []Run{
			{N: 1.3e9, D: math.MaxUint64, L: 2.71, Weight: 1, Cluster: "true", Row: 1}, {N: 1.3e9, D: 11, L: 2.71, Weight: 1, Cluster: "true", Row: 2}}},
	} {
		got, err := Read(bytes.NewReader(data), "a.parquet", "", c.columns)
		if err != nil || !reflect.DeepEqual(got.Runs, c.want) {
			t.Errorf("%+v: %+v, %v", c.columns, got.Runs, err)
		}
	}
}

func TestManyParquetRows(t *testing.T) {
	rows := make([]flat, 5000)
	for i := range rows {
		rows[i] = flat{int64(i + 1), float64(i + 2), float32(i) + 0.5}
	}
	got, err := Read(bytes.NewReader(parquetOf(t, rows, parquet.PageBufferSize(1000))), "", "", Columns{})
	if err != nil || len(got.Runs) != len(rows) {
		t.Fatal(len(got.Runs), err)
	}
	for i, r := range got.Runs {
		if want := run(float64(i+1), float64(i+2), float64(i)+0.5, i+1); r != want {
			t.Fatalf("%+v, want %+v", r, want)
		}
	}
}

func TestBadParquet(t *testing.T) {
	good := nestedRow(7, 11, 3.5)
	lossless, rootless := good, good
	lossless.Loss, rootless.Config = nil, nil
	found := Columns{N: "config.params", D: "config.tokens"}
	for _, c := range []struct {
		name    string
		data    []byte
		columns Columns
		want    string
	}{
		{"null", parquetOf(t, []nested{good, lossless}), found, "row 2, column loss: there is no value"},
		{"null above", parquetOf(t, []nested{good, rootless}), found, "row 2, column config.params: there is no value\nrow 2, column config.tokens: there is no value"},
		{"list", parquetOf(t, []nested{good}), Columns{N: "config.params", D: "config.tokens", L: "history.list.element"}, "column history.list.element holds lists, not one value a row"},
		{"bytes", parquetOf(t, []nested{good}), Columns{N: "raw", D: "config.tokens"}, `row 1, column raw: "0x41011000" is no number`},
		{"NaN", parquetOf(t, []flat{{1, math.NaN(), 3}}), Columns{}, `row 1, column d: "NaN" is no number`},
		{"zero", parquetOf(t, []flat{{0, 1, 3}}), Columns{}, `row 1, column n: "0" is not above 0`},
		{"no rows", parquetOf(t, []flat{}), Columns{}, "there are no runs: the table has no rows"},
		{"missing", parquetOf(t, []nested{good}), Columns{N: "config.parms"}, `there is no column "config.parms", as --columns N=config.parms asks for (did you mean config.params?); the table has the columns config.params, config.tokens, loss, decimal, text, seed, history.list.element, raw`},
		{"LZ4", parquetOf(t, []flat{{1, 2, 3}}, parquet.Compression(&parquet.Lz4Raw)), Columns{}, "it is Parquet compressed by LZ4_RAW, which isn't read: compress it by Snappy or Zstandard"},
		{"short", []byte("PAR1"), Columns{}, "it is no complete Parquet file"},
		{"cut off", parquetOf(t, []flat{{1, 2, 3}})[:100], Columns{}, "it is no complete Parquet file"},
		{"long footer", []byte("PAR1\xff\xff\xff\xffPAR1"), Columns{}, "the Parquet file is cut off: its footer is longer than the file"},
	} {
		_, err := Read(bytes.NewReader(c.data), "a.parquet", "", c.columns)
		if message(err) != c.want {
			t.Errorf("%s: error %q, want %q", c.name, message(err), c.want)
		}
	}
}

func TestDecimalsOfBytes(t *testing.T) {
	for _, c := range []struct {
		raw  string
		want string
	}{{"\x01\x0f", "271e-2"}, {"\x00\x00\xff", "255e-2"}, {"\xff\x00", "-256e-2"}, {"", "0e-2"}} {
		if got := scaledText(unscaled(parquet.ByteArrayValue([]byte(c.raw))), 2); got != c.want {
			t.Errorf("%q: %s, want %s", c.raw, got, c.want)
		}
	}
}

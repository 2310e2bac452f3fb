package runs

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// wide is a row of every encoding and compression that files have.
type wide struct {
	N int64   `parquet:"n,delta"`
	D float64 `parquet:"d,zstd"`
	L float64 `parquet:"l,gzip,optional"`
	S string  `parquet:"s,dict,brotli"`
	T string  `parquet:"t,delta,snappy"`
	B bool    `parquet:"b"`
	I int32   `parquet:"i,dict"`
	X float64 `parquet:"x,split"`
}

func wideRows(n int) []wide {
	rows := make([]wide, n)
	for i := range rows {
		f := float64(i) + 0.5
		rows[i] = wide{int64(i + 1), f, 2 * f, strconv.Itoa(i % 5), "t" + strconv.Itoa(i), i%2 == 0, int32(i%7) + 1, f}
	}
	return rows
}

func TestEveryEncoding(t *testing.T) {
	for _, c := range []Columns{{By: "s", Cluster: "t"}, {N: "i", D: "x", Cluster: "b"}} {
		got, err := Read(bytes.NewReader(parquetOf(t, wideRows(300), parquet.PageBufferSize(500))), "", "", c)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range got.Runs {
			want := Run{N: float64(i + 1), D: float64(i) + 0.5, L: 2*float64(i) + 1, Weight: 1, Cluster: "t" + strconv.Itoa(i), Set: strconv.Itoa(i % 5), Row: i + 1}
			if c.N == "i" {
				want.N, want.Cluster, want.Set = float64(i%7+1), strconv.FormatBool(i%2 == 0), ""
			}
			if r != want {
				t.Fatalf("%+v, want %+v", r, want)
			}
		}
	}
}

func TestCorruptParquetIsAnError(t *testing.T) {
	nestedRows := parquetOf(t, []nested{nestedRow(7, 11, 3.5), nestedRow(9, 12, 3.25)})
	for at := range nestedRows {
		for _, to := range []byte{0x00, 0x7f, 0xff, nestedRows[at] ^ 1} {
			bad := bytes.Clone(nestedRows)
			bad[at] = to
			readCorrupt(t, bad, Columns{N: "config.params", D: "text"})
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	every := parquetOf(t, wideRows(300), parquet.PageBufferSize(500))
	for range 1000 {
		bad := bytes.Clone(every)
		for range 1 + r.IntN(3) {
			at := len(bad) - 1 - r.IntN(min(len(bad), 1+r.IntN(len(bad))))
			bad[at] = []byte{0x00, 0xff, byte(r.Uint32())}[r.IntN(3)]
		}
		readCorrupt(t, bad, Columns{By: "s", Cluster: "t"})
		readCorrupt(t, bad, Columns{N: "i", D: "x", Cluster: "b"})
	}
}

// readCorrupt reads a file that may make no sense. Whatever comes of it is a table or an error.
func readCorrupt(t *testing.T, data []byte, c Columns) {
	t.Helper()
	got, err := Read(bytes.NewReader(data), "a.parquet", "parquet", c)
	switch {
	case err == nil:
		checkTable(t, got)
	case !strings.HasPrefix(err.Error(), "a.parquet: "):
		t.Error(err)
	}
}

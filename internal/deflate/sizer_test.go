package deflate

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

func newSizer(t testing.TB, level int) *Sizer {
	t.Helper()
	s, err := NewSizer(level)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// compare fails where a Sizer and zlib differ.
func compare(t *testing.T, s *Sizer, o *oracle, raw []byte, what string) {
	t.Helper()
	if got, want := s.Size(raw), o.size(t, raw); got != want {
		t.Errorf("%s, %d bytes: %d, and zlib makes %d", what, len(raw), got, want)
	}
}

// eachLevel runs a test for each level with one Sizer and one oracle, so that tables go from input to input.
func eachLevel(t *testing.T, test func(t *testing.T, s *Sizer, o *oracle, r *rand.Rand)) {
	for level := 1; level <= 9; level++ {
		t.Run(strconv.Itoa(level), func(t *testing.T) {
			t.Parallel()
			test(t, newSizer(t, level), newOracle(t, level), rand.New(rand.NewPCG(uint64(level), 1)))
		})
	}
}

func TestShortInputs(t *testing.T) {
	eachLevel(t, func(t *testing.T, s *Sizer, o *oracle, r *rand.Rand) {
		for n := range 12 {
			for range 20 {
				compare(t, s, o, values(r, n, 1+r.IntN(3)), "values")
			}
		}
		for _, n := range []int{257, 258, 259, 260, 261, 262, 263, 264, 265, 520, 1020, 1023, 1024, 1025, 1032, 4095, 4096, 4097, 4100} {
			for _, shape := range shapes {
				compare(t, s, o, shape.make(r, n), shape.name)
			}
		}
	})
}

func TestDocuments(t *testing.T) {
	eachLevel(t, func(t *testing.T, s *Sizer, o *oracle, r *rand.Rand) {
		for range 150 {
			compare(t, s, o, tokens(r, 4*r.IntN(257), 2+r.IntN(1000)), "tokens")
		}
		book := text(r, 1<<17)
		for at := 0; at < len(book); at += 1024 {
			compare(t, s, o, book[at:at+1024], "text")
		}
	})
}

// TestWindows has lengths around those at which zlib's window is full and slides.
func TestWindows(t *testing.T) {
	eachLevel(t, func(t *testing.T, s *Sizer, o *oracle, r *rand.Rand) {
		for _, at := range []int{32506, 32768, 65274, 65536, 98042, 98304} {
			for range 8 {
				shape := shapes[r.IntN(len(shapes))]
				compare(t, s, o, shape.make(r, at-4+r.IntN(9)), shape.name)
			}
		}
	})
}

// TestFirstOfWindow has a match at the largest distance with the first byte of the window, where the window slides late:
// at the end of the input.
func TestFirstOfWindow(t *testing.T) {
	eachLevel(t, func(t *testing.T, s *Sizer, o *oracle, r *rand.Rand) {
		for from := windowSize - 1; from <= windowSize+1; from++ {
			for range 8 {
				at := from + maxDistance
				raw := values(r, at+20+r.IntN(200), 64)
				copy(raw[at:], raw[from:from+15])
				compare(t, s, o, raw, "values")
			}
		}
	})
}

// TestBlocks has inputs with about as many symbols as a block.
func TestBlocks(t *testing.T) {
	eachLevel(t, func(t *testing.T, s *Sizer, o *oracle, r *rand.Rand) {
		for n := blockSymbols - 2; n < blockSymbols+3; n++ {
			compare(t, s, o, noise(r, n), "noise")
			compare(t, s, o, noise(r, n+blockSymbols), "noise")
			compare(t, s, o, steep(r, n), "steep")
		}
	})
}

func TestLongInputs(t *testing.T) {
	eachLevel(t, func(t *testing.T, s *Sizer, o *oracle, r *rand.Rand) {
		for _, shape := range shapes {
			compare(t, s, o, shape.make(r, 80000+r.IntN(30000)), shape.name)
			compare(t, s, o, shape.make(r, r.IntN(3000)), shape.name)
		}
		compare(t, s, o, mixed(r, 250000), "mixed")
	})
}

func TestMegabyte(t *testing.T) {
	for _, level := range []int{1, 3, 5, 9} {
		s, o, r := newSizer(t, level), newOracle(t, level), rand.New(rand.NewPCG(uint64(level), 2))
		compare(t, s, o, mixed(r, 1<<20), fmt.Sprint("mixed at level ", level))
	}
}

// TestPositionsGrow goes through the place where positions are made small again.
func TestPositionsGrow(t *testing.T) {
	for _, level := range []int{2, 6, 9} {
		s, o, r := newSizer(t, level), newOracle(t, level), rand.New(rand.NewPCG(uint64(level), 3))
		compare(t, s, o, mixed(r, 1<<17), "before")
		s.chains.origin = originLimit - 1<<16
		compare(t, s, o, tokens(r, 1<<17, 50), "across")
		if s.chains.origin >= originLimit-1<<16 {
			t.Errorf("level %d: positions go on from %d", level, s.chains.origin)
		}
		s.chains.origin = originLimit - 100
		compare(t, s, o, tokens(r, 1<<10, 50), "at once")
	}
}

// TestKnownSizes compares with the sizes of Python's gzip that package analysis keeps, which count its wrapper.
func TestKnownSizes(t *testing.T) {
	file, err := os.Open("../../analysis/testdata/gzip_sizes.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) < 100 {
		t.Fatal(len(rows), err)
	}
	for _, row := range rows[1:] {
		var v [6]int
		for i := range v {
			if v[i], err = strconv.Atoi(row[i]); err != nil {
				t.Fatal(err)
			}
		}
		var raw []byte
		for j := range v[0] {
			id := uint32((v[1]*j + j*j%v[2]) % v[3])
			raw = append(raw, byte(id>>24), byte(id>>16), byte(id>>8), byte(id))
		}
		if got := newSizer(t, v[4]).Size(raw) + 18; got != v[5] {
			t.Errorf("row %v: size %d", row, got)
		}
	}
}

func TestLevelsRefused(t *testing.T) {
	for _, level := range []int{-1, 0, 10} {
		if _, err := NewSizer(level); err == nil {
			t.Errorf("there is a level %d", level)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	short, long := tokens(r, 1024, 300), mixed(r, 100000)
	for _, level := range []int{1, 6, 9} {
		s := newSizer(t, level)
		s.Size(long)
		if n := testing.AllocsPerRun(20, func() { s.Size(short); s.Size(long) }); n != 0 {
			t.Errorf("level %d: %v allocations", level, n)
		}
	}
}

func FuzzSize(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 4))
	for i, shape := range shapes {
		f.Add(uint8(i), shape.make(r, 1200))
	}
	var sizers [10]*Sizer
	f.Fuzz(func(t *testing.T, how uint8, raw []byte) {
		level := 1 + int(how)%9
		if sizers[level] == nil {
			sizers[level] = newSizer(t, level)
		}
		if how >= 128 { // far matches
			gap := noise(rand.New(rand.NewPCG(uint64(how), 1)), 32400)
			raw = append(append(raw[:len(raw):len(raw)], gap...), raw...)
		}
		compare(t, sizers[level], newOracle(t, level), raw, fmt.Sprint("level ", level))
	})
}

func BenchmarkSize(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, c := range []struct {
		name string
		raw  []byte
	}{{"tokens", tokens(r, 1024, 300)}, {"text", text(r, 1024)}, {"mixed", mixed(r, 1<<18)}} {
		for _, level := range []int{1, 6, 9} {
			b.Run(fmt.Sprint(c.name, level), func(b *testing.B) {
				s := newSizer(b, level)
				b.SetBytes(int64(len(c.raw)))
				for b.Loop() {
					s.Size(c.raw)
				}
			})
		}
	}
}

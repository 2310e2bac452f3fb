package content

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// zeroBombs are archives that decompress to 100 MiB of zeros and more.
func zeroBombs() map[string][]byte {
	member := gz(make([]byte, 4<<20))
	rle := []byte{0x28, 0xb5, 0x2f, 0xfd, 0, (17 - 10) << 3} // blocks of 128 KiB that repeat a byte
	for i := range 1000 {
		header := 128<<10<<3 | 1<<1
		if i == 999 {
			header |= 1
		}
		rle = append(rle, byte(header), byte(header>>8), byte(header>>16), 0)
	}
	return map[string][]byte{"zeros.gz": bytes.Repeat(member, 25), "zeros.zst": rle}
}

func TestBombs(t *testing.T) {
	for name, data := range zeroBombs() {
		path := write(t, name, data)
		c, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var n int64
		took := allocated(func() { n, err = io.Copy(io.Discard, struct{ io.Reader }{c}) })
		wants(t, name, err, Bomb, "decompress to 67", "over 250 times")
		if n > bombBytes || n < bombBytes-(1<<20) {
			t.Errorf("%s: %d bytes were decoded", name, n)
		}
		if took > 8<<20 {
			t.Errorf("%s: %d bytes were allocated", name, took)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

// What shrinks much and is small is no bomb, and neither is what is large and
// shrinks as text does.
func TestNoBombs(t *testing.T) {
	data, _, err := readFile(t, write(t, "small.gz", bytes.Repeat(gz(make([]byte, 4<<20)), 15)))
	if err != nil || len(data) != 60<<20 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	s := newSource("x", endless(1))
	s.taken.Store(1 << 20)
	g := &guard{r: endless(0), s: s}
	n, err := io.Copy(io.Discard, struct{ io.Reader }{g})
	if e, ok := errors.AsType[*Error](err); !ok || e.Kind != Bomb || n/bombRatio != 1<<20 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

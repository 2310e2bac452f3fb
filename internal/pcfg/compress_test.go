package pcfg

import (
	"encoding/binary"
	"math"
	"testing"
	"unsafe"

	"modernc.org/libc"
	z "modernc.org/z/lib"
)

// The paper's code measures H = bytes of gzip, level 9, over bytes of the
// tokens, 4 each. Its means over 12 grammars of each main class were measured
// by running that code. It takes milliseconds for each derivation that doesn't
// end and so gives up on some grammars: those are left out here too.
func TestCompressibilityOfTheMainClasses(t *testing.T) {
	want := []float64{0.116, 0.237, 0.362, 0.418, 0.511, 0.609}
	gzip := newDeflater(t, 4*256)
	for i, class := range mainClasses {
		sum, grammars := 0.0, 0
		for seed := uint64(1); grammars < 12; seed++ {
			g, err := Random(class, seed, ContextFree)
			if err != nil {
				t.Fatal(err)
			}
			if g.terminations()[0] < 0.9 {
				continue
			}
			sum += meanCompressibility(t, gzip, g)
			grammars++
		}
		if h := sum / float64(grammars); math.Abs(h-want[i]) > 0.015 {
			t.Errorf("mean H of %v is %.4f, want %.3f", class, h, want[i])
		} else {
			t.Logf("mean H of %v: %.4f, the reference's %.3f", class, h, want[i])
		}
	}
}

func meanCompressibility(t *testing.T, gzip *deflater, g *Grammar) (mean float64) {
	const documents = 200
	s := newSampler(t, g, SamplerOptions{Seed: 1, Context: 256, Separator: SharedSeparator})
	for i := range uint64(documents) {
		var raw []byte
		for _, token := range s.Document(nil, Train, i) {
			raw = binary.BigEndian.AppendUint32(raw, uint32(token))
		}
		mean += float64(gzip.size(t, raw)) / float64(len(raw)) / documents
	}
	return mean
}

// deflater gives the size of zlib's gzip files.
type deflater struct {
	tls            *libc.TLS
	source, packed uintptr
	space          uint64
}

func newDeflater(t *testing.T, largest uint64) *deflater {
	tls := libc.NewTLS()
	d := &deflater{tls: tls, space: uint64(z.XcompressBound(tls, z.ULong(largest)))}
	d.source = libc.Xmalloc(tls, libc.Tsize_t(largest))
	d.packed = libc.Xmalloc(tls, libc.Tsize_t(d.space))
	t.Cleanup(func() {
		libc.Xfree(tls, d.source)
		libc.Xfree(tls, d.packed)
		tls.Close()
	})
	return d
}

func (d *deflater) size(t *testing.T, raw []byte) int {
	copy(unsafe.Slice(*(**byte)(unsafe.Pointer(&d.source)), len(raw)), raw)
	size := z.ULong(d.space)
	if rc := z.Xcompress2(d.tls, d.packed, uintptr(unsafe.Pointer(&size)), d.source, z.ULong(len(raw)), 9); rc != 0 {
		t.Fatalf("compress %d bytes: zlib's error %d", len(raw), rc)
	}
	const zlibFrame, gzipFrame = 2 + 4, 10 + 8
	return int(size) - zlibFrame + gzipFrame
}

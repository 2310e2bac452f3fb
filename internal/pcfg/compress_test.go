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
// tokens, 4 each. The means and standard deviations over grammars of each main
// class are of 60 grammars drawn and sampled in Python by that code's procedure.
// It takes milliseconds for each derivation that doesn't end and so gives up on
// some grammars: those are left out here too.
func TestCompressibilityOfTheMainClasses(t *testing.T) {
	const theirs, ours = 60, 12
	gzip := newDeflater(t, 4*256)
	for i, want := range []struct{ mean, sd float64 }{
		{0.1135, 0.0127}, {0.2261, 0.0154}, {0.3563, 0.0132}, {0.4257, 0.0135}, {0.5064, 0.0056}, {0.6077, 0.0018},
	} {
		sum, grammars := 0.0, 0
		for seed := uint64(1); grammars < ours; seed++ {
			g := mustRandom(t, mainClasses[i], seed)
			if g.terminations()[0] < 0.9 {
				continue
			}
			sum += meanCompressibility(t, gzip, g)
			grammars++
		}
		tolerance := 3 * want.sd * math.Sqrt(1./theirs+1./ours)
		if h := sum / ours; math.Abs(h-want.mean) > tolerance {
			t.Errorf("mean H of %v is %.4f, want %.4f within %.4f", mainClasses[i], h, want.mean, tolerance)
		} else {
			t.Logf("mean H of %v: %.4f, the reference's %.4f", mainClasses[i], h, want.mean)
		}
	}
}

func meanCompressibility(t *testing.T, gzip *deflater, g *Grammar) (mean float64) {
	const documents = 80
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
	space          z.ULong
}

func newDeflater(t *testing.T, largest z.ULong) *deflater {
	tls := libc.NewTLS()
	d := &deflater{tls: tls, space: z.XcompressBound(tls, largest)}
	d.source = libc.Xmalloc(tls, largest)
	d.packed = libc.Xmalloc(tls, d.space)
	t.Cleanup(func() {
		libc.Xfree(tls, d.source)
		libc.Xfree(tls, d.packed)
		tls.Close()
	})
	return d
}

func (d *deflater) size(t *testing.T, raw []byte) int {
	copy(unsafe.Slice(*(**byte)(unsafe.Pointer(&d.source)), len(raw)), raw)
	size := d.space
	if rc := z.Xcompress2(d.tls, d.packed, uintptr(unsafe.Pointer(&size)), d.source, z.ULong(len(raw)), 9); rc != 0 {
		t.Fatalf("compress %d bytes: zlib's error %d", len(raw), rc)
	}
	const zlibFrame, gzipFrame = 2 + 4, 10 + 8
	return int(size) - zlibFrame + gzipFrame
}

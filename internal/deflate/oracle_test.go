package deflate

import (
	"testing"
	"unsafe"

	"modernc.org/libc"
	z "modernc.org/z/lib"
)

// oracle is zlib itself, translated to Go.
type oracle struct {
	tls    *libc.TLS
	stream uintptr // *z_stream in C memory
}

func newOracle(t testing.TB, level int) *oracle {
	t.Helper()
	o := &oracle{tls: libc.NewTLS()}
	o.stream = libc.Xcalloc(o.tls, 1, libc.Tsize_t(unsafe.Sizeof(z.Z_stream{})))
	version, err := libc.CString(z.ZLIB_VERSION)
	if err != nil || o.stream == 0 {
		t.Fatal("no memory for zlib", err)
	}
	defer libc.Xfree(o.tls, version)
	if rc := z.XdeflateInit2_(o.tls, o.stream, int32(level), z.Z_DEFLATED, -15, 8, z.Z_DEFAULT_STRATEGY, version, int32(unsafe.Sizeof(z.Z_stream{}))); rc != z.Z_OK {
		t.Fatalf("zlib at level %d: error %d", level, rc)
	}
	t.Cleanup(func() {
		z.XdeflateEnd(o.tls, o.stream)
		libc.Xfree(o.tls, o.stream)
		o.tls.Close()
	})
	return o
}

// size is what zlib makes of raw.
func (o *oracle) size(t testing.TB, raw []byte) int {
	t.Helper()
	z.XdeflateReset(o.tls, o.stream)
	room := z.XdeflateBound(o.tls, o.stream, z.ULong(len(raw)))
	in, out := libc.Xmalloc(o.tls, libc.Tsize_t(len(raw)+1)), libc.Xmalloc(o.tls, room)
	defer libc.Xfree(o.tls, in)
	defer libc.Xfree(o.tls, out)
	copy(unsafe.Slice((*byte)(pointer(&in)), len(raw)), raw)
	s := (*z.Z_stream)(pointer(&o.stream))
	s.Fnext_in, s.Favail_in = in, uint32(len(raw))
	s.Fnext_out, s.Favail_out = out, uint32(room)
	if rc := z.Xdeflate(o.tls, o.stream, z.Z_FINISH); rc != z.Z_STREAM_END {
		t.Fatalf("zlib on %d bytes: error %d", len(raw), rc)
	}
	return int(room) - int(s.Favail_out)
}

// pointer is the address that zlib's memory has, which Go's collector doesn't know.
func pointer(address *uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(address)) }

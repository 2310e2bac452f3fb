package analysis

import (
	"encoding/binary"
	"fmt"
	"unsafe"

	"modernc.org/libc"
	z "modernc.org/z/lib"
)

// gzipWrapper is the size of the gzip header (10 bytes) and trailer (8 bytes), which the reference code counts.
const gzipWrapper = 18

// deflater measures deflate's output with zlib itself, translated to Go: other implementations of deflate differ by up
// to 2 %. It is for one goroutine.
type deflater struct {
	tls    *libc.TLS
	stream uintptr // *z_stream in C memory
	in     uintptr
	out    uintptr
	inCap  int
	outCap int
}

// newDeflater opens raw deflate as Python's gzip does: window of 32 KiB, memory level 8, default strategy.
func newDeflater(level int) (*deflater, error) {
	d := &deflater{tls: libc.NewTLS()}
	d.stream = libc.Xcalloc(d.tls, 1, libc.Tsize_t(unsafe.Sizeof(z.Z_stream{})))
	if d.stream == 0 {
		return nil, fmt.Errorf("deflate: out of memory")
	}
	version, err := libc.CString(z.ZLIB_VERSION)
	if err != nil {
		return nil, fmt.Errorf("deflate: %w", err)
	}
	defer libc.Xfree(d.tls, version)
	const windowBits, memoryLevel = -15, 8
	if rc := z.XdeflateInit2_(d.tls, d.stream, int32(level), z.Z_DEFLATED, windowBits, memoryLevel, z.Z_DEFAULT_STRATEGY, version, int32(unsafe.Sizeof(z.Z_stream{}))); rc != z.Z_OK {
		d.close()
		return nil, fmt.Errorf("deflate at level %d: zlib error %d", level, rc)
	}
	return d, nil
}

func (d *deflater) close() {
	z.XdeflateEnd(d.tls, d.stream)
	libc.Xfree(d.tls, d.stream)
	libc.Xfree(d.tls, d.in)
	libc.Xfree(d.tls, d.out)
	d.tls.Close()
}

// size is the number of bytes of a gzip file with raw in it.
func (d *deflater) size(raw []byte) (int, error) {
	d.reserve(len(raw))
	copy(unsafe.Slice((*byte)(pointer(&d.in)), len(raw)), raw)
	z.XdeflateReset(d.tls, d.stream)
	s := (*z.Z_stream)(pointer(&d.stream))
	s.Fnext_in, s.Favail_in = d.in, uint32(len(raw))
	s.Fnext_out, s.Favail_out = d.out, uint32(d.outCap)
	if rc := z.Xdeflate(d.tls, d.stream, z.Z_FINISH); rc != z.Z_STREAM_END {
		return 0, fmt.Errorf("deflate %d bytes: zlib error %d", len(raw), rc)
	}
	return d.outCap - int(s.Favail_out) + gzipWrapper, nil
}

// reserve makes room for n bytes in, and for the most that deflate makes of them.
func (d *deflater) reserve(n int) {
	if d.inCap >= n && d.inCap > 0 {
		return
	}
	libc.Xfree(d.tls, d.in)
	libc.Xfree(d.tls, d.out)
	d.inCap = max(n, 1)
	d.outCap = int(z.XdeflateBound(d.tls, d.stream, z.ULong(d.inCap)))
	d.in = libc.Xmalloc(d.tls, libc.Tsize_t(d.inCap))
	d.out = libc.Xmalloc(d.tls, libc.Tsize_t(d.outCap))
}

// CompressedSize is the size in bytes of raw as Python's gzip.GzipFile writes it at a level from 1 to 9, header and
// trailer included.
func CompressedSize(raw []byte, level int) (int, error) {
	d, err := newDeflater(level)
	if err != nil {
		return 0, err
	}
	defer d.close()
	return d.size(raw)
}

// TokenBytes writes each id as 4 bytes, big-endian, signed: what the reference code compresses.
func TokenBytes(dst []byte, ids []int32) []byte {
	for _, id := range ids {
		dst = binary.BigEndian.AppendUint32(dst, uint32(id))
	}
	return dst
}

// pointer is the address that zlib's memory has, which Go's collector doesn't know.
func pointer(address *uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(address)) }

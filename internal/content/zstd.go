package content

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"
)

// maxWindow is the largest window of zstd that is decompressed: what zstd itself
// takes without being asked for more memory.
const maxWindow = 128 << 20

// zstdReader decompresses the frames of a zstd file, one after the other.
type zstdReader struct{ d *zstd.Decoder }

func newZstdReader(r *bufio.Reader) (io.Reader, error) {
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, damaged(zstandard, err)
	}
	return &zstdReader{d}, nil
}

func (z *zstdReader) Read(p []byte) (int, error) {
	n, err := z.d.Read(p)
	return n, zstdError(err)
}

func zstdError(err error) error {
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return cutOff(zstandard)
	case errors.Is(err, zstd.ErrCRCMismatch):
		return checksum(zstandard)
	case errors.Is(err, zstd.ErrMagicMismatch): // the first frame's is known to be right
		return trailing(zstandard, 1)
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return wrong(Unsupported, "its zstd archive needs a window of more than %d MiB (decompress it first: zstd -d --long=31)", maxWindow>>20)
	case errors.Is(err, zstd.ErrUnknownDictionary):
		return wrong(Unsupported, "its zstd archive was made with a dictionary (decompress it first)")
	}
	return damaged(zstandard, err)
}

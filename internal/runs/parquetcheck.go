package runs

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go/format"
)

// checkFooter holds that a file is as long as its footer, whose length stands before the last four bytes.
func checkFooter(data []byte) error {
	const frame = len(parquetMagic) + 4 + len(parquetMagic)
	if len(data) < frame || !bytes.HasSuffix(data, []byte(parquetMagic)) || !bytes.HasPrefix(data, []byte(parquetMagic)) {
		return errors.New("it is no complete Parquet file")
	}
	if footer := binary.LittleEndian.Uint32(data[len(data)-8:]); int64(footer) > int64(len(data)-frame) {
		return errors.New("the Parquet file is cut off: its footer is longer than the file")
	}
	return nil
}

// checkCodecs refuses LZ4: the library takes more and more memory for a corrupt block of it, and never gives up.
func checkCodecs(m *format.FileMetaData) error {
	for _, group := range m.RowGroups {
		for _, c := range group.Columns {
			if codec := c.MetaData.Codec; codec == format.Lz4 || codec == format.Lz4Raw {
				return fmt.Errorf("it is Parquet compressed by %s, which isn't read: compress it by Snappy or Zstandard", codec)
			}
		}
	}
	return nil
}

// recovered makes an error of a panic: the library checks little of a file, so that a corrupt one makes it go astray.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the Parquet file is corrupt: %v", p)
	}
}

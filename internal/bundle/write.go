package bundle

import (
	"archive/tar"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Write writes a bundle. Open gives the bytes of an object, which must be what the manifest says: others are an error, and what was
// written by then is no bundle.
func Write(w io.Writer, m Manifest, open func(Object) (io.ReadCloser, error)) error {
	if err := m.Validate(); err != nil {
		return err
	}
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	b = append(b, '\n')
	t := tar.NewWriter(w)
	if err := t.WriteHeader(header(ManifestName, int64(len(b)))); err != nil {
		return err
	}
	if _, err := t.Write(b); err != nil {
		return err
	}
	for _, o := range m.Objects {
		if err := write(t, o, open); err != nil {
			return fmt.Errorf("%s: %w", o.Name, err)
		}
	}
	return t.Close()
}

func write(t *tar.Writer, o Object, open func(Object) (io.ReadCloser, error)) error {
	r, err := open(o)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := t.WriteHeader(header(o.Name, o.Size)); err != nil {
		return err
	}
	data := newVerifying(o, r)
	if _, err := io.Copy(t, data); err != nil {
		return err
	}
	return data.end()
}

// header says nothing of when and by whom: the same study makes the same file.
func header(name string, size int64) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o644, ModTime: time.Unix(0, 0)}
}

package bundle

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"hash"
	"io"

	"github.com/ziplaw/ziplaw"
)

// mostManifest bounds the manifest: names and digests of some millions of objects.
const mostManifest = 1 << 30

// Read reads a bundle: the manifest, and then each object as a stream, in order. An object's stream ends with an error where its bytes
// aren't what the manifest says; what isn't read of it is read afterwards. Whatever else a file may hold is an error, too.
func Read(r io.Reader, begin func(Manifest) error, object func(Object, io.Reader) error) error {
	t := tar.NewReader(r)
	m, err := readManifest(t)
	if err != nil {
		return err
	}
	if err := begin(m); err != nil {
		return err
	}
	for _, o := range m.Objects {
		if err := next(t, o.Name, o.Size); err != nil {
			return err
		}
		data := newVerifying(o, t)
		if err := object(o, data); err != nil {
			return err
		}
		if err := data.end(); err != nil {
			return err
		}
	}
	if h, err := t.Next(); err == nil {
		return bad("%.200q follows the finished version", h.Name)
	} else if !errors.Is(err, io.EOF) {
		return bad("behind the finished version: %v", err)
	}
	return nothing(r)
}

func readManifest(t *tar.Reader) (m Manifest, err error) {
	h, err := t.Next()
	if errors.Is(err, io.EOF) {
		return m, bad("the file is empty")
	}
	if err != nil {
		return m, bad("%v", err)
	}
	if h.Name != ManifestName || h.Typeflag != tar.TypeReg || h.Size > mostManifest {
		return m, bad("it doesn't begin with a %s", ManifestName)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(t); err != nil {
		return m, bad("manifest: %v", err)
	}
	d := json.NewDecoder(&b)
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, bad("manifest: %v", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return m, bad("manifest: more than one value")
	}
	return m, m.Validate()
}

func next(t *tar.Reader, name string, size int64) error {
	h, err := t.Next()
	switch {
	case errors.Is(err, io.EOF):
		return bad("it ends before %s", name)
	case err != nil:
		return bad("before %s: %v", name, err)
	case h.Name != name || h.Typeflag != tar.TypeReg:
		return bad("%.200q stands in the place of %s", h.Name, name)
	case h.Size != size:
		return bad("%s has %d bytes, and %d by the manifest", name, h.Size, size)
	}
	return nil
}

// nothing holds that what is left of a file is padding.
func nothing(r io.Reader) error {
	b := make([]byte, 64<<10)
	for {
		n, err := r.Read(b)
		if len(bytes.Trim(b[:n], "\x00")) > 0 {
			return bad("there is something behind its end")
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// verifying passes an object's bytes on and verifies them at their end.
type verifying struct {
	of   Object
	data io.Reader
	left int64
	sum  hash.Hash
	done error // behind the end
}

func newVerifying(o Object, r io.Reader) *verifying {
	return &verifying{of: o, data: r, left: o.Size, sum: sha256.New()}
}

func (v *verifying) Read(p []byte) (int, error) {
	if v.done != nil {
		return 0, v.done
	}
	if v.left == 0 {
		v.done = io.EOF
		if found := ziplaw.IDOfSum(v.sum.Sum(nil)); found != v.of.Digest {
			v.done = bad("%s holds the bytes of %s", v.of.Name, found)
		}
		return 0, v.done
	}
	n, err := v.data.Read(p[:min(int64(len(p)), v.left)])
	v.sum.Write(p[:n])
	v.left -= int64(n)
	if err != nil && v.left > 0 {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = bad("it ends within %s", v.of.Name)
		}
		v.done = err
		return n, err
	}
	return n, nil
}

// end reads what is left and says whether all of it was right.
func (v *verifying) end() error {
	_, err := io.Copy(io.Discard, v)
	return err
}

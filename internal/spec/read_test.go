package spec

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ziplaw/ziplaw"
)

// endless is a source without an end.
type endless struct{ read int }

func (e *endless) Read(b []byte) (int, error) {
	clear(b)
	e.read += len(b)
	return len(b), nil
}

func TestRead(t *testing.T) {
	for _, size := range []int{0, 10, mostRead} {
		if b, err := Read(bytes.NewReader(make([]byte, size))); err != nil || len(b) != size {
			t.Errorf("%d bytes of %d, %v", len(b), size, err)
		}
	}
	var source endless
	_, err := Read(&source)
	if e := ziplaw.AsError(err); e == nil || e.Code != ziplaw.CodeBadSpec || !strings.Contains(e.Message, "more than 16777216 bytes") || e.Hint == "" {
		t.Errorf("a source without an end gives %v", err)
	}
	if source.read > 4*mostRead {
		t.Errorf("it read %d bytes", source.read)
	}
	if _, err := Read(iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a source that fails gives %v", err)
	}
}

// TestOneErrorForMergeKeys: what they would have given isn't told as missing.
func TestOneErrorForMergeKeys(t *testing.T) {
	_, err := Parse([]byte(with("models:\n  - &m {h: 4}\n  - <<: *m\n    layers: 2")))
	e, ok := errors.AsType[*ziplaw.Error](err)
	if !ok || e.Field != "models[1]" || e.Line == 0 || !strings.Contains(e.Message, "<<") {
		t.Errorf("%v", err)
	}
	if _, joined := err.(interface{ Unwrap() []error }); joined { //nolint:errorlint // a join itself is looked for
		t.Errorf("several errors: %v", err)
	}
}

// TestLinesOfBytes: the byte that is no UTF-8 is told with its line.
func TestLinesOfBytes(t *testing.T) {
	for text, line := range map[string]int{
		with() + "\n# caf\xe9":                      6,
		"# caf\xe9\n" + with():                      1,
		"{\"version\": 1,\n \"name\": \"\xfcber\"}": 2,
	} {
		if _, err := Parse([]byte(text)); err == nil || ziplaw.AsError(err).Line != line {
			t.Errorf("%q: %v, want line %d", text, err, line)
		}
	}
	utf16 := []byte{0xff, 0xfe}
	for _, c := range []byte(with()) {
		utf16 = append(utf16, c, 0)
	}
	if _, err := Parse(utf16); err != nil {
		t.Errorf("UTF-16: %v", err)
	}
}

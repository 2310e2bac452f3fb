package dataset

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/corpus"
)

// TestFilesThatChange: documents of a file that is another by now end the study with its name.
func TestFilesThatChange(t *testing.T) {
	file := write(t, "a.txt", strings.Repeat("some words ", 100))
	src := open(t, study(t, "{name: f, files: {include: ['"+file+"']}}"))
	if err := os.Chtimes(file, time.Now(), time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	e, ok := errors.AsType[*ziplaw.Error](src.Prepare(t.Context(), 32))
	if !ok || e.Code != ziplaw.CodeSourcesChanged || !strings.Contains(e.Message, "data set f: "+file+" has changed") {
		t.Errorf("error %v", e)
	}
}

// TestNoRoomForDocuments: a full disk is no mistake of the spec.
func TestNoRoomForDocuments(t *testing.T) {
	file := write(t, "a.txt", "")
	if err := os.Truncate(file, 40<<20); err != nil {
		t.Fatal(err)
	}
	s := study(t, "{name: f, files: {include: ['"+file+"']}}")
	s.Context = 1 << 20
	src := open(t, s)
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	err := src.Prepare(t.Context(), 36)
	if ziplaw.AsError(err).Code == ziplaw.CodeBadSpec || !errors.As(err, new(*corpus.RoomError)) || !strings.Contains(err.Error(), "data set f: temporary file") {
		t.Errorf("error %v", err)
	}
}

// TestDecodedFilesAreOtherSources: what archives and records hold isn't what studies of before took for their documents, which
// were their bytes; a study of plain text keeps its version.
func TestDecodedFilesAreOtherSources(t *testing.T) {
	text := strings.Repeat("some words ", 100)
	for name, want := range map[string]bool{"a.txt": false, "a.jsonl": true} {
		for format, decodes := range map[string]bool{"auto": want, "raw": false} {
			content := text
			if name == "a.jsonl" {
				content = `{"text": "` + text + `"}`
			}
			src := open(t, study(t, "{name: f, files: {include: ['"+write(t, name, content)+"'], format: "+format+"}}"))
			if _, got := src.Origin().Params["decoding"]; got != decodes {
				t.Errorf("%s, %s: %v", name, format, src.Origin().Params)
			}
		}
	}
}

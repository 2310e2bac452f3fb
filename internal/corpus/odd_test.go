package corpus

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
)

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zstandard(t *testing.T, text string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(w.EncodeAll([]byte(text), nil))
}

// TestFormats: compressed files and records of JSON lines give their texts, in the order of windows that plain files have.
func TestFormats(t *testing.T) {
	root := folder(t, map[string]string{
		"a.txt": "aaaabbbbZ", "b.txt.gz": gzipped(t, "ccccddddZZ"), "c.zst": zstandard(t, "eeeeZ"),
		"d.jsonl":    `{"text":"ffffgggg!","id":1}` + "\n" + `{"text":"hh"}` + "\n" + `{"text":"iiii"}`,
		"e.jsonl.gz": gzipped(t, `{"body":"jjjj"}`),
	})
	o := Options{Include: []string{root + "/[a-d]*"}, Context: 4, Seed: 1, HeldOut: 2}
	c := prepared(t, o)
	want := "aaaa bbbb cccc dddd eeee ffff gggg iiii"
	got := documents(t, c)
	if slices.Sort(got); strings.Join(got, " ") != want {
		t.Errorf("documents %q", got)
	}
	// A part of them, the last of a stream among those that are left out.
	few := open(t, o)
	if err := few.Prepare(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		x, _ := few.Train(nil, i)
		y, _ := c.Train(nil, i)
		if !slices.Equal(x, y) || x == nil {
			t.Errorf("document %d: %v, of all %v", i, x, y)
		}
	}
	if _, err := few.Train(nil, 3); err == nil {
		t.Error("a document that isn't prepared is given")
	}
	// Raw, they are what lies there.
	o.Raw = true
	raw := open(t, o).Summary()
	if raw.Windows != int(raw.Files[0].Size/4+raw.Files[1].Size/4+raw.Files[2].Size/4+raw.Files[3].Size/4) {
		t.Errorf("%d windows of raw files", raw.Windows)
	}
	e := open(t, Options{Include: []string{root + "/e*"}, Context: 4, TextField: "body"})
	if e.TrainLen() != 1 {
		t.Errorf("%d documents of another field", e.TrainLen())
	}
	if _, err := Open(t.Context(), Options{Include: []string{root + "/e*"}, Context: 4, Tokenizer: Bytes}); !sameKind(err, new(BadFileError)) || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("a record without text: %v", err)
	}
}

// TestDroppedWindows: what repeats is left out of every format, and the others keep their places.
func TestDroppedWindows(t *testing.T) {
	root := folder(t, map[string]string{
		"a": "aaaabbbbaaaacccc", "b.gz": gzipped(t, "bbbbddddaaaaeeee"), "c.jsonl": `{"text":"ccccffff"}` + "\n" + `{"text":"ggggeeee"}`,
	})
	c := prepared(t, Options{Include: []string{root + "/*"}, Context: 4, Seed: 5, HeldOut: 1, DropRepeats: true})
	got := documents(t, c)
	if slices.Sort(got); strings.Join(got, " ") != "aaaa bbbb cccc dddd eeee ffff gggg" {
		t.Errorf("documents %q", got)
	}
}

// TestOddFiles: what is wrong with files is an error that names the file, or is left out, counted and told.
func TestOddFiles(t *testing.T) {
	utf16le := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune("sixteen bits\n")) {
		utf16le = append(utf16le, byte(u), byte(u>>8))
	}
	archive := gzipped(t, strings.Repeat("text that is cut off ", 100))
	root := folder(t, map[string]string{
		"good": "good text", "empty": "", "bom": "\xef\xbb\xbftext", "crlf": "line\r\nline\r\n", "junk": "\x00\x01\x02\xff\xfe", "latin": "caf\xe9 au lait",
		"utf16": string(utf16le), "endless": strings.Repeat("x", 1<<20), "cut.gz": archive[:len(archive)-9], "text.gz": "no archive",
		"bomb.gz": gzipped(t, strings.Repeat("\x00", 80<<20)), "bad.jsonl": "{\"text\": 5}\n",
	})
	if err := syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("round", filepath.Join(root, "round")); err != nil {
		t.Fatal(err)
	}
	o := Options{Include: []string{root + "/**"}, Tokenizer: Bytes, Context: 4}
	if _, err := Open(t.Context(), o); err == nil || !skippable(err) {
		t.Errorf("without skipping: %v", err)
	}
	o.Skip = true
	c := open(t, o)
	s := c.Summary()
	if got := names(s); !slices.Equal(got, []string{"bom", "crlf", "empty", "endless", "good", "junk", "latin", "utf16"}) {
		t.Errorf("files %q", got)
	}
	var skipped strings.Builder
	for _, err := range s.Skipped {
		skipped.WriteString(err.Error() + "\n")
	}
	for _, name := range []string{"cut.gz", "text.gz", "bomb.gz", "bad.jsonl", "round"} {
		if strings.Count(skipped.String(), "/"+name) != 1 {
			t.Errorf("%s isn't told once in\n%s", name, skipped.String())
		}
	}
	if len(s.Skipped) != 5 || len(s.Odd) != 1 || filepath.Base(s.Odd[0]) != "pipe" {
		t.Errorf("%d skipped, odd %q", len(s.Skipped), s.Odd)
	}
	kinds := map[string]string{}
	for _, n := range s.Noticed {
		kinds[n.First] = n.Kind
	}
	for name, kind := range map[string]string{"empty": "empty", "bom": "mark", "crlf": "CRLF", "junk": "binary", "latin": "UTF-8", "utf16": "UTF-16"} {
		if !strings.Contains(kinds[name], kind) {
			t.Errorf("%s: noticed %q, want %q", name, kinds[name], kind)
		}
	}
	o.UTF8 = true
	if got := names(open(t, o).Summary()); !slices.Equal(got, []string{"bom", "crlf", "empty", "endless", "good"}) {
		t.Errorf("UTF-8 files %q", got)
	}
	o.Include = []string{root + "/pipe"}
	if _, err := Open(t.Context(), o); !sameKind(err, new(NoMatchError)) || !strings.Contains(err.Error(), "a pipe") {
		t.Errorf("a pipe alone: %v", err)
	}
	o.Include = []string{root + "/cut.gz"}
	if _, err := Open(t.Context(), o); !sameKind(err, new(EmptyError)) || !strings.Contains(err.Error(), "skipped") {
		t.Errorf("nothing but what is skipped: %v", err)
	}
}

// TestChangedFiles: a file that changes between the two readings is an error.
func TestChangedFiles(t *testing.T) {
	for _, name := range []string{"a", "a.gz", "a.jsonl"} {
		for what, change := range map[string]func(path string) error{
			"another": func(path string) error { return os.WriteFile(path, []byte("bbbb"), 0o600) },
			"longer":  func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("a", 4000)), 0o600) },
			"gone":    os.Remove,
		} {
			text := "aaaaaaaa"
			switch name {
			case "a.gz":
				text = gzipped(t, text)
			case "a.jsonl":
				text = `{"text":"aaaaaaaa"}`
			}
			root := folder(t, map[string]string{name: text})
			c := open(t, Options{Include: []string{root + "/*"}, Context: 4})
			if err := change(filepath.Join(root, name)); err != nil {
				t.Fatal(err)
			}
			if err := c.Prepare(t.Context(), 1); !errors.As(err, new(*ChangedError)) || !strings.Contains(err.Error(), name) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
}

// TestManyWindows: windows beyond what memory takes lie in a file, and are the same.
func TestManyWindows(t *testing.T) {
	text := make([]byte, mostInMemory+4096)
	for i := range text {
		text[i] = byte(i * i >> 9)
	}
	root := folder(t, map[string]string{"a": string(text[:1<<20]), "b.zst": zstandard(t, string(text[1<<20:]))})
	c := prepared(t, Options{Include: []string{root + "/*"}, Context: 4096, Seed: 9})
	if _, inMemory := c.cut.from.(memory); inMemory || c.TrainLen() != len(text)/4096 {
		t.Fatalf("%d documents in memory", c.TrainLen())
	}
	for i, number := range c.order(c.TrainLen()) {
		doc, err := c.Train(nil, i)
		if err != nil || byte(doc[17]) != text[int(number)*4096+17] || byte(doc[4095]) != text[int(number)*4096+4095] {
			t.Fatalf("document %d isn't window %d (%v)", i, number, err)
		}
	}
}

// TestDamagedMeanwhile: an archive that could be read has changed where it can't any more.
func TestDamagedMeanwhile(t *testing.T) {
	text := gzipped(t, "aaaabbbbcccc")
	root := folder(t, map[string]string{"a.txt.gz": text})
	c := open(t, Options{Include: []string{root + "/**"}, Context: 4, Seed: 1, HeldOut: 1})
	for name, now := range map[string]string{"cut off": text[:len(text)-1], "damaged": text[:len(text)-8] + "damaged!"} {
		r := c.options.reader()
		r.window = func([]byte) error { return nil }
		if err := os.WriteFile(filepath.Join(root, "a.txt.gz"), []byte(now), 0o600); err != nil {
			t.Fatal(err)
		}
		err := c.same(t.Context(), r, c.summary.Files[0])
		if e, ok := errors.AsType[*ChangedError](err); !ok || e.Err == nil {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// yaml is a bad spec's text. Dir is the folder of corpora.
func (b badSpec) yaml(dir string) string {
	if b.lines == nil {
		return b.text
	}
	var text strings.Builder
	for _, line := range b.merged() {
		if line[1] != "" {
			fmt.Fprintf(&text, "%s: %s\n", line[0], line[1])
		}
	}
	return filled(text.String(), dir)
}

// json is the same in JSON.
func (b badSpec) json(dir string) string {
	var members []string
	for _, line := range b.merged() {
		key, value := line[0], line[1]
		if key == "name" && value == "bad" {
			value = `"bad"`
		}
		if value != "" {
			members = append(members, fmt.Sprintf("%q: %s", key, value))
		}
	}
	return filled("{"+strings.Join(members, ", ")+"}", dir)
}

// merged are the lines of goodSpec with those of a bad one in their place, as keys and values.
func (b badSpec) merged() (lines [][2]string) {
	at := map[string]int{}
	for _, line := range append(append([]string{}, goodSpec...), b.lines...) {
		key, value, _ := strings.Cut(line, ":")
		i, found := at[key]
		if !found {
			i = len(lines)
			at[key], lines = i, append(lines, [2]string{})
		}
		lines[i] = [2]string{key, strings.TrimSpace(value)}
	}
	return lines
}

// filled puts a folder in the place of $DIR, and ascending numbers in the place of each N.
func filled(text, dir string) string {
	text = strings.ReplaceAll(text, "$DIR", dir)
	if !strings.Contains(text, "[N,") {
		return text
	}
	parts := strings.Split(text, "N")
	for i := range parts[1:] {
		parts[i] += fmt.Sprint(i)
	}
	return strings.Join(parts, "")
}

// corpora is a folder with files that are no corpus.
func corpora(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"empty.txt": "", "short.txt": "a few bytes", "text.txt": strings.Repeat("0123456789abcdef", 4*32),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// A link to itself can't be read by anybody, not even by root.
	if err := os.Symlink("unreadable.txt", filepath.Join(dir, "unreadable.txt")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// ziplawMain runs the program in this process.
func ziplawMain(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = ziplawOn(strings.NewReader(stdin), &out, &errs).Main(args)
	return code, out.String(), errs.String()
}

// TestBadInput gives every bad spec to ziplaw run, in YAML and as text, and to ziplaw plan, in JSON from standard input
// and with JSON out. Each is told with its field, and leaves no data folder.
func TestBadInput(t *testing.T) {
	t.Parallel()
	dir := corpora(t)
	for _, b := range append(badSpecs, badTexts...) {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			work := t.TempDir()
			data, file := filepath.Join(work, "data"), filepath.Join(work, "study.yaml")
			if err := os.WriteFile(file, []byte(b.yaml(dir)), 0o600); err != nil {
				t.Fatal(err)
			}
			input := b.yaml(dir)
			if b.lines != nil {
				input = b.json(dir)
			}
			code, stdout, stderr := ziplawMain(input, "plan", "-", "--data-dir", data, "--output", "json")
			wantFailure(t, b, code, stdout, stderr)
			code, stdout, stderr = ziplawMain("", "run", file, "--data-dir", data)
			wantText(t, b, code, stdout, stderr)
			code, stdout, stderr = ziplawMain("", "run", file, "--data-dir", data, "--output", "json")
			wantFailure(t, b, code, stdout, stderr)
			if left, err := os.ReadDir(work); err != nil || len(left) != 1 {
				t.Errorf("it left %v (%v)", left, err)
			}
		})
	}
}

// TestNoSpec gives ziplaw run and ziplaw plan nothing that could be a spec.
func TestNoSpec(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		name, arg, stdin           string
		code, field, message, hint string
	}{
		{"missing file", filepath.Join(dir, "nosuch.yaml"), "", "usage", "SPEC", "no such file", "ready study: "},
		{"unknown ready study", "quik", "", "usage", "SPEC", "no such file", "quick"},
		{"folder", dir, "", "usage", "SPEC", "is a directory", "a file, - for standard input"},
		{"unreadable file", filepath.Join(corpora(t), "unreadable.txt"), "", "usage", "SPEC", "too many levels", "a file"},
		{"no name", "", "", "usage", "SPEC", "read spec", "a file"},
		{"empty standard input", "-", "", "bad_spec", "", "the spec is empty", "ziplaw schema"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, command := range []string{"run", "plan"} {
				data := filepath.Join(t.TempDir(), "data")
				code, stdout, stderr := ziplawMain(c.stdin, command, c.arg, "--data-dir", data, "--output", "json")
				var f console.FailureJSON
				if err := json.Unmarshal([]byte(stdout), &f); err != nil {
					t.Fatalf("%v in %s", err, stdout)
				}
				e := f.Error
				if code != console.ExitUsage || stderr != "" || e.Code != c.code || e.Field != c.field ||
					!strings.Contains(e.Message, c.message) || !strings.Contains(e.Hint, c.hint) {
					t.Errorf("%s: exit code %d, %+v, on standard error %q", command, code, e, stderr)
				}
				if _, err := os.Stat(data); err == nil {
					t.Errorf("%s made the data folder", command)
				}
			}
		})
	}
}

// TestSeveralErrors tells all of them, in the order of the text.
func TestSeveralErrors(t *testing.T) {
	const text = "version: 1\nname: X\nmodels: [{h: 5}, {h: 8, heads: 3}]\nbudgets: []\n"
	data := filepath.Join(t.TempDir(), "data")
	code, stdout, stderr := ziplawMain(text, "run", "-", "--data-dir", data, "--output", "json")
	var f console.FailureJSON
	if err := json.Unmarshal([]byte(stdout), &f); err != nil || code != console.ExitUsage || stderr != "" {
		t.Fatalf("exit code %d, %v in %s; %s", code, err, stdout, stderr)
	}
	var fields, lines []string
	for _, e := range f.Errors {
		fields, lines = append(fields, e.Field), append(lines, fmt.Sprint(e.Line))
	}
	// What is missing stands where the mapping begins that misses it.
	if strings.Join(fields, " ") != "datasets name budgets" || strings.Join(lines, " ") != "1 2 4" || f.Error != f.Errors[0] {
		t.Errorf("%s", stdout)
	}
	code, stdout, stderr = ziplawMain(text, "run", "-", "--data-dir", data)
	if code != console.ExitUsage || stdout != "" || strings.Count(stderr, "\nziplaw: ") != 2 {
		t.Errorf("exit code %d, %q, %s", code, stdout, stderr)
	}
}

// TestTakenPort asks for a port that another program listens on.
func TestTakenPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for _, flag := range []string{"--temporal-port", "--s3-port", "--ui-port"} {
		code, stdout, _ := ziplawMain("", "up", "--data-dir", t.TempDir(), flag, port, "--output", "json")
		var f console.FailureJSON
		if err := json.Unmarshal([]byte(stdout), &f); err != nil || code != console.ExitUsage || f.Error.Field != flag || !strings.Contains(f.Error.Message, port) {
			t.Errorf("%s: exit code %d, %s", flag, code, stdout)
		}
	}
}

// wantFailure holds that JSON, and nothing else, tells a bad spec.
func wantFailure(t *testing.T, b badSpec, code int, stdout, stderr string) {
	t.Helper()
	if code != console.ExitUsage || stderr != "" {
		t.Errorf("exit code %d, on standard error %q", code, stderr)
	}
	if _, err := oneValue(stdout); err != nil {
		t.Fatalf("%v in %s", err, stdout)
	}
	var f struct {
		Error struct{ Code, Field, Message, Hint *string }
	}
	if err := json.Unmarshal([]byte(stdout), &f); err != nil {
		t.Fatal(err)
	}
	e := f.Error
	if e.Code == nil || e.Field == nil || e.Message == nil || e.Hint == nil {
		t.Fatalf("no code, field, message or hint in %s", stdout)
	}
	if *e.Code != ziplaw.CodeBadSpec || *e.Field != b.field || !strings.Contains(*e.Message, b.message) {
		t.Errorf("%s\nwant code bad_spec, field %q, message with %q", stdout, b.field, b.message)
	}
}

// wantText holds that standard error, and nothing else, tells a bad spec.
func wantText(t *testing.T, b badSpec, code int, stdout, stderr string) {
	t.Helper()
	first, _, _ := strings.Cut(stderr, "\n")
	if code != console.ExitUsage || stdout != "" || !strings.HasPrefix(first, "ziplaw: ") ||
		!strings.Contains(first, b.field) || !strings.Contains(first, b.message) {
		t.Errorf("exit code %d, on standard output %q, on standard error\n%s\nwant field %q, message with %q", code, stdout, stderr, b.field, b.message)
	}
}

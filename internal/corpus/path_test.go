package corpus

import (
	"strings"
	"testing"
)

func TestAnchorPath(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"g.txt", "/spec/g.txt"},
		{"./a//../g.txt", "/spec/g.txt"},
		{"../g.txt", "/g.txt"},
		{"[a]*.txt", "/spec/[a]*.txt"},
		{"/x/./g.txt", "/x/g.txt"},
		{"${HOME}/../g.txt", "${HOME}/../g.txt"},
		{"a/${X}/../g.txt", "/spec/a/${X}/../g.txt"},
	} {
		if got := AnchorPath("/spec", c.file); got != c.want {
			t.Errorf("%s: %s, want %s", c.file, got, c.want)
		}
	}
}

func TestExpandPath(t *testing.T) {
	t.Setenv("ZIPLAW_TEST_FOLDER", "/a[b]/c")
	t.Setenv("ZIPLAW_TEST_RELATIVE", "c")
	for file, want := range map[string]string{
		"/x/g.txt":                      "/x/g.txt",
		"/x/*.txt":                      "/x/*.txt",
		"${ZIPLAW_TEST_FOLDER}/../g":    "/a[b]/g",
		"/x/${ZIPLAW_TEST_RELATIVE}/g":  "/x/c/g",
		"/${ZIPLAW_TEST_RELATIVE}/../g": "/g",
	} {
		if got, err := ExpandPath(t.Context(), file, Access{}); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", file, got, err, want)
		}
	}
	for file, want := range map[string]string{
		"g.txt":                       `"g.txt" is a relative path, and there is no spec file`,
		"${ZIPLAW_TEST_RELATIVE}/g":   "the variable must hold an absolute one",
		"${ZIPLAW_TEST_NOT_SET}/g":    "environment variable ZIPLAW_TEST_NOT_SET",
		"/${ZIPLAW_TEST_NOT_CLOSED/g": "isn't closed",
	} {
		if got, err := ExpandPath(t.Context(), file, Access{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %s, error %v, want %q in it", file, got, err, want)
		}
	}
}

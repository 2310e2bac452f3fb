package corpus

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestAccess: a restricted reader reads what lies in the allowed folders, wherever patterns and links lead, and learns nothing of
// the rest.
func TestAccess(t *testing.T) {
	root := folder(t, map[string]string{"open/a": "aaaa", "open/x/b": "bbbb", "opened/c": "cccc", "secret/d": "dddd"})
	for link, target := range map[string]string{"open/file": "../secret/d", "open/inside": "a", "way": "secret"} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("ZIPLAW_TEST_FOLDER", root+"/open")
	access, err := AllowedFolders([]string{root + "/open"})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		include, exclude string
		want             []string // nil: not allowed
	}{
		{"/open/*", "/open/file", []string{"a", "inside"}},
		{"/open/x/**", "", []string{"b"}},
		{"/open/**", "", nil}, // a link leads out
		{"/secret/*", "", nil},
		{"/opened/*", "", nil},
		{"/way/*", "", nil},
		{"/**", "", nil},
		{"/open/../secret/d", "", nil},
		{"/nosuch/e", "", nil},
	} {
		o := Options{Include: []string{root + test.include}, Tokenizer: Bytes, Context: 4, Access: access}
		if test.exclude != "" {
			o.Exclude = []string{root + test.exclude}
		}
		s, err := summary(t.Context(), o)
		if test.want == nil {
			if !sameKind(err, new(NotAllowedError)) || strings.Contains(err.Error(), "match") {
				t.Errorf("%s: %v, %v", test.include, names(s), err)
			}
			continue
		}
		if err != nil || !slices.Equal(names(s), test.want) {
			t.Errorf("%s: %v, %v", test.include, names(s), err)
		}
	}
	o := Options{Include: []string{"${ZIPLAW_TEST_FOLDER}/a"}, Tokenizer: Bytes, Context: 4, Access: access}
	if _, err := Open(t.Context(), o); !sameKind(err, new(NotAllowedError)) {
		t.Errorf("a variable: %v", err)
	}
	if _, err := ExpandPath(t.Context(), "${ZIPLAW_TEST_FOLDER}/a", access); !sameKind(err, new(NotAllowedError)) {
		t.Errorf("a variable in a path: %v", err)
	}
	if _, err := ExpandPath(t.Context(), root+"/secret/d", access); !sameKind(err, new(NotAllowedError)) {
		t.Errorf("a path: %v", err)
	}
	if got, err := ExpandPath(t.Context(), root+"/open/a", access); err != nil || got != root+"/open/a" {
		t.Errorf("an allowed path: %q, %v", got, err)
	}
	if _, err := AllowedFolders([]string{root + "/none"}); err == nil {
		t.Error("a folder that isn't there is allowed")
	}
	none, _ := AllowedFolders(nil)
	o = Options{Include: []string{root + "/open/a"}, Tokenizer: Bytes, Context: 4, Access: none}
	if _, err := Open(t.Context(), o); !sameKind(err, new(NotAllowedError)) {
		t.Errorf("nothing is allowed: %v", err)
	}
}

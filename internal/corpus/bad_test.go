package corpus

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestBadInput(t *testing.T) {
	root := folder(t, map[string]string{
		"small/a": "aaaaaaaa", "small/b": "bbbb", "short/a": "aaa", "short/b": "", "locked/in/a": "aaaa", "secret": "aaaa", "open/a": "aaaa",
	})
	if err := os.Mkdir(filepath.Join(root, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ZIPLAW_TEST_RELATIVE", "data")
	for _, test := range []struct {
		name    string
		change  func(o *Options)
		message string
		kind    error
	}{
		{"no such folder", include("/nowhere/**"), `no file matches "/nowhere/**"`, new(NoMatchError)},
		{"empty folder", include(root + "/empty/**"), "no file matches", new(NoMatchError)},
		{"second pattern", include(root+"/small/*", root+"/small/*.c"), `small/*.c"`, new(NoMatchError)},
		{"a folder", include(root + "/small"), "matches all files below it", new(NoMatchError)},
		{"a file's inside", include(root + "/secret/**"), "secret/**", new(NoMatchError)},
		{"open bracket", include(root + "/[a"), "a bracket or brace isn't closed", new(PatternError)},
		{"open brace", include(root + "/${HOME"), "isn't closed", new(PatternError)},
		{"bad exclude", func(o *Options) { o.Exclude = []string{"{a"} }, `"{a"`, new(PatternError)},
		{"relative", include("small/*"), `"small/*" is a relative path`, new(RelativeError)},
		{"relative exclude", func(o *Options) { o.Exclude = []string{"small/a"} }, `"small/a" is a relative path`, new(RelativeError)},
		{"relative variable", include("${ZIPLAW_TEST_RELATIVE}/*"), `is "data/*", a relative path: the variable must hold`, new(RelativeError)},
		{"back from a wildcard", include(root + "/*/../a"), "leads back by ..", new(PatternError)},
		{"unset variable", include("${ZIPLAW_NOT_SET}/a"), `ZIPLAW_NOT_SET of "${ZIPLAW_NOT_SET}/a": it is not set`, new(VariableError)},
		{"all excluded", func(o *Options) { o.Exclude = []string{"**"} }, "leave no file", new(EmptyError)},
		{"all short", include(root + "/short/*"), "none of 2 files holds 4 tokens", new(EmptyError)},
		{"nothing left to train on", func(o *Options) { o.HeldOut = 3 }, "3 documents of 4 tokens, and 3 to hold out with 1 to train on are needed: the largest D possible is 0", new(TooSmallError)},
		{"too small for D", func(o *Options) { o.HeldOut, o.Train = 1, 3 }, "the largest D possible is 8", new(TooSmallError)},
		{"no pattern", include(), "no pattern", new(OptionError)},
		{"other tokenizer", func(o *Options) { o.Tokenizer = "gpt2" }, `tokenizer "gpt2"`, new(OptionError)},
		{"no context", func(o *Options) { o.Context = 0 }, "context of 0 tokens", new(OptionError)},
		{"negative", func(o *Options) { o.HeldOut = -1 }, "none is below 0", new(OptionError)},
	} {
		o := Options{Include: []string{root + "/small/*"}, Tokenizer: Bytes, Context: 4}
		test.change(&o)
		_, err := Open(context.Background(), o)
		if err == nil || !strings.Contains(err.Error(), test.message) || !sameKind(err, test.kind) {
			t.Errorf("%s: error %T %v, want %T with %q", test.name, err, err, test.kind, test.message)
		}
	}
}

func include(patterns ...string) func(*Options) {
	return func(o *Options) { o.Include = patterns }
}

func sameKind(err, kind error) bool {
	return errors.As(err, reflect.New(reflect.TypeOf(kind)).Interface())
}

func TestUnreadableFilesAreNamed(t *testing.T) {
	root := folder(t, map[string]string{"open": "aaaa", "secret": "aaaa", "locked/a": "aaaa"})
	for _, name := range []string{"secret", "locked"} {
		if err := os.Chmod(filepath.Join(root, name), 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(filepath.Join(root, name), 0o755) })
	}
	for _, dir := range []string{root, filepath.Dir(root)} {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	asNobody(t)
	checkUnreadable(t, root, "secret", "locked/**")
	checkUnreadable(t, root, "locked", "secret")
}

// Links to files are followed, and links to folders are not, so that loops end;
// a link that leads nowhere is an unreadable file.
func TestLinks(t *testing.T) {
	root := folder(t, map[string]string{"a": "aaaa", "x/b": "bbbb"})
	for link, target := range map[string]string{
		"x/up": "..", "x/self": ".", "linked": "a", "x/file": "../a", "gone": "nowhere", "round": "round",
	} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Skipf("no links here: %v", err)
		}
	}
	finished := time.AfterFunc(20*time.Second, func() { panic("a loop of links is followed") })
	defer finished.Stop()
	checkUnreadable(t, root, "gone", "round")
	checkUnreadable(t, root, "round", "gone")
	c := open(t, Options{Include: []string{root + "/**"}, Exclude: []string{root + "/gone", root + "/round"}, Context: 4})
	if got := names(c.Summary()); !slices.Equal(got, []string{"a", "linked", "x/b", "x/file"}) {
		t.Errorf("files %q", got)
	}
	through := open(t, Options{Include: []string{root + "/x/up/x/*"}, Context: 4})
	if got := names(through.Summary()); !slices.Equal(got, []string{"b", "file"}) {
		t.Errorf("files of a linked folder that the pattern names: %q", got)
	}
}

// checkUnreadable expects an error that names a path below root where another is
// excluded, and none where both are.
func checkUnreadable(t *testing.T, root, bad, exclude string) {
	t.Helper()
	o := Options{Include: []string{root + "/**"}, Exclude: []string{root + "/" + exclude}, Tokenizer: Bytes, Context: 4}
	_, err := Open(context.Background(), o)
	var unreadable *UnreadableError
	if !errors.As(err, &unreadable) || !strings.HasSuffix(unreadable.Path, "/"+bad) || strings.Count(err.Error(), bad) != 1 {
		t.Errorf("%s: error %v", bad, err)
	}
	o.Exclude = append(o.Exclude, root+"/"+bad, root+"/"+bad+"/**")
	if _, err := Open(context.Background(), o); err != nil {
		t.Errorf("%s is excluded: %v", bad, err)
	}
}

func TestOpenStopsWhenCancelled(t *testing.T) {
	root := folder(t, map[string]string{"a": "aaaa"})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Open(ctx, Options{Include: []string{root + "/*"}, Tokenizer: Bytes, Context: 4})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

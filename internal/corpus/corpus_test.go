package corpus

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// folder writes files, by name, to a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func open(t *testing.T, o Options) *Corpus {
	t.Helper()
	o.Tokenizer = Bytes
	c, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// prepared opens a corpus and prepares all its documents.
func prepared(t *testing.T, o Options) *Corpus {
	t.Helper()
	c := open(t, o)
	if err := c.Prepare(t.Context(), c.TrainLen()); err != nil {
		t.Fatal(err)
	}
	return c
}

// summary is what a corpus is made of.
func summary(ctx context.Context, o Options) (Summary, error) {
	c, err := Open(ctx, o)
	if err != nil {
		return Summary{}, err
	}
	return c.Summary(), nil
}

func names(s Summary) (list []string) {
	for _, f := range s.Files {
		list = append(list, f.Name)
	}
	return list
}

func TestFilesAreFoundByPatterns(t *testing.T) {
	root := folder(t, map[string]string{
		"a.go": "aaaa", "a_test.go": "aaaa", "B.go": "aaaa", "é.go": "aaaa", "c d.go": "aaaa", "notes": "aaaa",
		"x/b.go": "aaaa", "x/testdata/c.go": "aaaa", "x/y/d.go": "aaaa", "x/y/.hidden.go": "aaaa", "x.go/e.txt": "aaaa",
	})
	t.Setenv("ZIPLAW_TEST_FOLDER", root)
	for _, test := range []struct {
		name             string
		include, exclude []string
		want             []string
	}{
		{"one file", []string{"/a.go"}, nil, []string{"a.go"}},
		{"byte order", []string{"/*.go"}, nil, []string{"B.go", "a.go", "a_test.go", "c d.go", "é.go"}},
		{"below", []string{"/x/**/*.go"}, nil, []string{"b.go", "testdata/c.go", "y/.hidden.go", "y/d.go"}},
		{"one level", []string{"/*/*.go"}, nil, []string{"x/b.go"}},
		{"choices", []string{"/{a,x/b}.go"}, nil, []string{"a.go", "x/b.go"}},
		{"exclude", []string{"/**/*.go"}, []string{"/**/testdata/**", "/**/*_test.go"}, []string{"B.go", "a.go", "c d.go", "x/b.go", "x/y/.hidden.go", "x/y/d.go", "é.go"}},
		{"exclude a folder, and others anywhere", []string{"/x/**"}, []string{"/x/./z/../y/*", "**/testdata/**"}, []string{"b.go"}},
		{"folders are no files", []string{"/**"}, []string{"**/*.go"}, []string{"notes", "x.go/e.txt"}},
		{"two patterns, one file", []string{"/a.go", "/a*.go"}, nil, []string{"a.go", "a_test.go"}},
		{"not clean", []string{"/x/../a.go"}, nil, []string{"a.go"}},
	} {
		for _, prefix := range []string{root, "${ZIPLAW_TEST_FOLDER}"} {
			o := Options{Tokenizer: Bytes, Context: 4}
			for _, p := range test.include {
				o.Include = append(o.Include, prefix+p)
			}
			for _, p := range test.exclude {
				if strings.HasPrefix(p, "/") {
					p = prefix + p
				}
				o.Exclude = append(o.Exclude, p)
			}
			s, err := summary(context.Background(), o)
			if err != nil || !slices.Equal(names(s), test.want) {
				t.Errorf("%s: %q, error %v, want %q", test.name, names(s), err, test.want)
			}
		}
	}
}

func TestVariablesHoldNoWildcards(t *testing.T) {
	root := folder(t, map[string]string{"[a]{b,c}*?/x.txt": "aaaa", "a/x.txt": "aaaa"})
	t.Setenv("ZIPLAW_TEST_FOLDER", filepath.Join(root, "[a]{b,c}*?"))
	c := open(t, Options{Include: []string{"${ZIPLAW_TEST_FOLDER}/*.txt"}, Context: 4})
	if got := names(c.Summary()); !slices.Equal(got, []string{"x.txt"}) {
		t.Errorf("files %q", got)
	}
}

// TestAnchors: patterns are independent of the folder that the process stands in, and excludes are of the same folder as includes.
func TestAnchors(t *testing.T) {
	for _, c := range []struct{ pattern, include, exclude string }{
		{"a/*.go", "/spec/a/*.go", "/spec/a/*.go"},
		{"./a/.//b/", "/spec/a/b", "/spec/a/b"},
		{"../x/drafts/**", "/x/drafts/**", "/x/drafts/**"},
		{"**/testdata/**", "/spec/**/testdata/**", "/**/testdata/**"},
		{"./**/*.tmp", "/spec/**/*.tmp", "/**/*.tmp"},
		{"**", "/spec/**", "/**"},
		{"/abs/./x/../y", "/abs/y", "/abs/y"},
		{"${HOME}/a/../b", "${HOME}/b", "${HOME}/b"},
		{"../../../../a", "/a", "/a"},
		{"a/*/../b", "/spec/a/*/../b", "/spec/a/*/../b"}, // refused when it is opened
	} {
		if in, ex := AnchorInclude("/spec", c.pattern), AnchorExclude("/spec", c.pattern); in != c.include || ex != c.exclude {
			t.Errorf("%s: include %s, exclude %s; want %s, %s", c.pattern, in, ex, c.include, c.exclude)
		}
	}
	if got := AnchorInclude("/a[b]*", "x"); got != `/a\[b\]\*/x` {
		t.Errorf("below a folder with wildcards in its name: %s", got)
	}
}

// TestWhatIsLeftOut: links to folders and excludes without use are told, and folders of ziplaw's servers are never read.
func TestWhatIsLeftOut(t *testing.T) {
	root := folder(t, map[string]string{
		"a": "aaaa", "x/b": "bbbb", "drafts/c": "cccc", ".hidden/d": "dddd",
		"data/credentials.json": "secret", "data/s3/ziplaw/e": "eeee", "data/logs/f": "ffff",
	})
	if err := os.Symlink("x", filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	s, err := summary(t.Context(), Options{
		Include: []string{root + "/**"}, Exclude: []string{root + "/drafts", root + "/nothing/**", "**/x/**"}, Tokenizer: Bytes, Context: 4,
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(s); !slices.Equal(got, []string{".hidden/d", "a", "drafts/c"}) {
		t.Errorf("files %q", got)
	}
	if !slices.Equal(s.Links, []string{filepath.Join(root, "link")}) || !slices.Equal(s.Unused, []Unused{{root + "/drafts", true}, {root + "/nothing/**", false}}) {
		t.Errorf("links %q, unused %v", s.Links, s.Unused)
	}
}

// Every window is one document, in an order of the seed; the first are held out.
func TestDocumentsArePermutedWindows(t *testing.T) {
	root := folder(t, map[string]string{
		"1": "aaaabbbbccccZ", "2": "ddd", "3": "eeeeffff", "4": "gggg", "5": "", "6": "hhhhiiiijjjjkkkk\xff\x00",
	})
	o := Options{Include: []string{root + "/*"}, Context: 4, Seed: 1, HeldOut: 3}
	c := prepared(t, o)
	if c.TrainLen() != 7 || c.HeldOutLen() != 3 {
		t.Fatalf("%d documents to train on, %d held out", c.TrainLen(), c.HeldOutLen())
	}
	order := documents(t, c)
	if got := slices.Sorted(slices.Values(order)); strings.Join(got, " ") != "aaaa bbbb cccc eeee ffff gggg hhhh iiii jjjj kkkk" {
		t.Errorf("documents %q", got)
	}
	if again := documents(t, prepared(t, o)); !slices.Equal(again, order) {
		t.Errorf("documents %q, opened again %q", order, again)
	}
	o.HeldOut = 5
	if more := documents(t, prepared(t, o)); !slices.Equal(more, order) {
		t.Errorf("the order depends on how many documents are held out: %q, then %q", order, more)
	}
	if o.Seed = 2; slices.Equal(documents(t, prepared(t, o)), order) {
		t.Error("two seeds give one order")
	}
	// d and the empty file are short; Z and the last two bytes are remainders.
	want := []int32{0, 'Z', 'a', 'b', 'c', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 255}
	if got := c.Vocabulary(); !slices.Equal(got, want) {
		t.Errorf("vocabulary %v, want %v", got, want)
	}
	if s := c.Summary(); s.Short != 2 || s.Bytes != 46 || s.Windows != 10 || len(s.Files) != 6 || s.Files[5].Windows != 4 {
		t.Errorf("summary %+v", s)
	}
}

// documents are the corpus's documents, those held out first.
func documents(t *testing.T, c *Corpus) (list []string) {
	t.Helper()
	text := func(ids []int32, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		var b []byte
		for _, id := range ids {
			b = append(b, byte(id))
		}
		return string(b)
	}
	for i := range c.HeldOutLen() {
		list = append(list, text(c.HeldOut(nil, i)))
	}
	for i := range c.TrainLen() {
		list = append(list, text(c.Train([]int32{'!'}, i))[1:])
	}
	return list
}

func TestDigestNamesContentsAndNotPlaces(t *testing.T) {
	digest := func(files map[string]string, pattern string) string {
		return open(t, Options{Include: []string{folder(t, files) + pattern}, Context: 2}).Digest()
	}
	base := map[string]string{"x/a": "aa", "x/b": "bb"}
	first := digest(base, "/x/*")
	if moved := digest(map[string]string{"y/x/a": "aa", "y/x/b": "bb"}, "/y/x/*"); moved != first {
		t.Error("the digest depends on the folder")
	}
	for name, files := range map[string]map[string]string{
		"content": {"x/a": "aa", "x/b": "bc"}, "name": {"x/a": "aa", "x/c": "bb"},
		"swap": {"x/a": "bb", "x/b": "aa"}, "short file": {"x/a": "aa", "x/b": "bb", "x/c": "c"},
	} {
		if digest(files, "/x/*") == first {
			t.Errorf("another %s has the same digest", name)
		}
	}
	// The digest is that of two lines of sha256, size and name.
	lines := fmt.Sprintf("%x 2 a\n%x 2 b\n", sha256.Sum256([]byte("aa")), sha256.Sum256([]byte("bb")))
	if want := fmt.Sprintf("%x", sha256.Sum256([]byte(lines))); first != want {
		t.Errorf("digest %s, want %s", first, want)
	}
}

func TestListingQuotesNames(t *testing.T) {
	s := Summary{Files: []File{{Name: "a/b.go"}, {Name: "c d"}, {Name: "e\nf"}}}
	lines := strings.Split(string(s.Listing()), "\n")
	if len(lines) != 4 || !strings.HasSuffix(lines[0], " 0 a/b.go") || !strings.HasSuffix(lines[1], ` 0 "c d"`) || !strings.HasSuffix(lines[2], ` 0 "e\nf"`) {
		t.Errorf("listing %q", lines)
	}
}

// The text that the quick study calls English lies in every Go installation.
func TestOpticks(t *testing.T) {
	o := Options{Include: []string{"${GOROOT}/src/testdata/Isaac.Newton-Opticks.txt"}, Context: 256, Seed: 1, HeldOut: 128}
	c := open(t, o)
	if s := c.Summary(); s.Bytes != 567_198 || s.Windows != 2215 || c.TrainLen() != 2087 {
		t.Errorf("%d bytes, %d windows, %d documents to train on", s.Bytes, s.Windows, c.TrainLen())
	}
	t.Setenv("GOROOT", "") // then the go command says
	if again := open(t, o); again.Digest() != c.Digest() {
		t.Error("without GOROOT in the environment another file is found")
	}
}

func TestGoSource(t *testing.T) {
	if testing.Short() {
		t.Skip("reads all of Go's source")
	}
	s, err := summary(context.Background(), Options{
		Include:   []string{"${GOROOT}/src/**/*.go"},
		Exclude:   []string{"${GOROOT}/src/**/testdata/**", "${GOROOT}/src/**/*_test.go"},
		Tokenizer: Bytes, Context: 256, HeldOut: 128, Train: 2048,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Files) < 4000 || s.Bytes < 40<<20 || len(s.Vocabulary) < 100 {
		t.Errorf("%d files, %d bytes, %d token ids", len(s.Files), s.Bytes, len(s.Vocabulary))
	}
	for _, f := range s.Files {
		if strings.HasSuffix(f.Name, "_test.go") || bytes.Contains([]byte("/"+f.Name), []byte("/testdata/")) {
			t.Errorf("%s is not excluded", f.Name)
		}
	}
	t.Logf("%s: %d files, %d bytes, %d windows, %d ids", runtime.Version(), len(s.Files), s.Bytes, s.Windows, len(s.Vocabulary))
}

// TestRepeats: held-out documents that are training documents, too, are counted, and can be dropped.
func TestRepeats(t *testing.T) {
	root := folder(t, map[string]string{"a": "aaaabbbbccccdddd", "copy": "aaaabbbbccccdddd", "z": "eeeeffffaaaa"})
	o := Options{Include: []string{root + "/*"}, Context: 4, Seed: 3, HeldOut: 4}
	c := prepared(t, o)
	all := documents(t, c)
	want, held, train := 0, all[:4], all[4:]
	for _, d := range held {
		if slices.Contains(train, d) {
			want++
		}
	}
	got, err := c.Repeated(t.Context())
	if err != nil || got != (Repeated{Exact: want}) || want == 0 || want == 4 && !slices.Contains(held, "eeee") {
		t.Errorf("%+v of the held-out %v are counted, %d are in %v (%v)", got, held, want, train, err)
	}
	o.DropRepeats, o.HeldOut = true, 2
	c = prepared(t, o)
	if got := slices.Sorted(slices.Values(documents(t, c))); strings.Join(got, " ") != "aaaa bbbb cccc dddd eeee ffff" {
		t.Errorf("documents %q", got)
	}
	if s := c.Summary(); s.Dropped != 5 || s.Windows != 6 {
		t.Errorf("%d dropped of %d", s.Dropped, s.Windows)
	}
	if got, err := c.Repeated(t.Context()); err != nil || got != (Repeated{}) {
		t.Errorf("%+v are repeated (%v)", got, err)
	}
	o.HeldOut, o.Train, o.Tokenizer = 2, 5, Bytes
	if _, err := Open(t.Context(), o); !sameKind(err, new(TooSmallError)) {
		t.Errorf("too few are left: %v", err)
	}
}

// TestNearRepeats: a held-out document that shares a run of words with a training document is counted.
func TestNearRepeats(t *testing.T) {
	run := "one two three four five six seven eight nine ten eleven twelve thirteen"
	pad := func(s string) string { return s + strings.Repeat("_", 128-len(s)) }
	for _, test := range []struct {
		name, first, second string
		want                Repeated
	}{
		{"a run", "a  " + run + "\n", "another place\n" + run + " x", Repeated{Near: 1}},
		{"too short a run", "a " + run[:len(run)-9] + "\n", "b " + run + " c", Repeated{}},
		{"another order", "a " + run + " ", "b two one" + run[7:] + " ", Repeated{}},
		{"the same", "a " + run, "a " + run, Repeated{Exact: 1}},
		{"the same elsewhere", run + " !", "x y " + run + " ?", Repeated{Near: 1}},
	} {
		root := folder(t, map[string]string{"a": pad(test.first), "b": pad(test.second)})
		c := open(t, Options{Include: []string{root + "/*"}, Context: 128, HeldOut: 1})
		if got, err := c.Repeated(t.Context()); err != nil || got != test.want {
			t.Errorf("%s: %+v, %v; want %+v", test.name, got, err, test.want)
		}
	}
}

package corpus

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw/internal/content"
)

// File is one file of a corpus.
type File struct {
	// Name is the file's path below the fixed folder of the pattern that named it
	// ("fmt/print.go" of "${GOROOT}/src/**/*.go"), so that it is the same where
	// the folder lies elsewhere.
	Name    string
	Size    int64
	SHA256  [sha256.Size]byte // of the file as it lies there
	Windows int               // documents cut from it; 0 where its texts are shorter than the context
	Decoded bool              // its texts are what an archive or records hold
	path    string
	stamp   stamp
	pattern int // its number among the include patterns
}

// Summary is what a corpus is made of.
type Summary struct {
	// Files in their order: by the bytes of their names, then by their patterns.
	Files []File
	// Digest is the sha256, in hex, of Listing. It depends neither on the folder
	// that the files lie in nor on seeds.
	Digest     string
	Bytes      int64   // of all files
	Short      int     // files without a window
	Windows    int     // of all files, without those that were dropped
	Vocabulary []int32 // token ids of the files that have a window, ascending
	Dropped    int     // documents that repeated an earlier one
	// Links are links to folders, which aren't followed, and Odd what is neither a
	// file nor a folder. Unused are the exclude patterns that have left nothing out.
	Links, Odd []string
	Unused     []Unused
	// Skipped are the errors of files and folders that were left out for them.
	Skipped []error
	// Noticed is what some files have, which nobody may have wanted.
	Noticed []Notice
}

// Unused is an exclude pattern that has left nothing out.
type Unused struct {
	Pattern string
	Folder  bool // it names a folder and not what lies in it
}

// Listing is a line "sha256 size name" for each file, the name quoted as in Go
// where it isn't plain.
func (s *Summary) Listing() []byte {
	var text bytes.Buffer
	for _, f := range s.Files {
		fmt.Fprintf(&text, "%x %d %s\n", f.SHA256, f.Size, content.Quoted(f.Name))
	}
	return text.Bytes()
}

// survey finds, reads, counts and digests the files.
func (c *Corpus) survey(ctx context.Context) error {
	o, s := c.options, &c.summary
	found, err := list(ctx, o)
	if err != nil {
		return err
	}
	s.Files, s.Links, s.Odd, s.Unused, s.Skipped = found.files, found.links, found.odd, found.unused(), found.skipped
	surveys := make([]surveyed, len(s.Files))
	g, reading := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	read := c.progress("reading files")
	for i := range s.Files {
		g.Go(func() error {
			surveys[i] = s.Files[i].survey(reading, o, read)
			if o.Skip && skippable(surveys[i].err) {
				return nil
			}
			return surveys[i].err
		})
	}
	if err := g.Wait(); err != nil {
		return cmp.Or(ctx.Err(), firstOf(surveys, err))
	}
	if err := s.add(surveys); err != nil {
		return err
	}
	s.Digest = fmt.Sprintf("%x", sha256.Sum256(s.Listing()))
	return nil
}

// firstOf is the error of the first file that has one of its own, and wasn't only stopped for another's.
func firstOf(surveys []surveyed, err error) error {
	for _, s := range surveys {
		if skippable(s.err) {
			return s.err
		}
	}
	return err
}

// surveyed is what one reading of a file finds.
type surveyed struct {
	seen [256]bool
	look content.Look
	err  error
}

// survey reads a file to its end.
func (f *File) survey(ctx context.Context, o Options, read func(int64)) (s surveyed) {
	if ctx.Err() != nil {
		s.err = ctx.Err()
		return s
	}
	if f.stamp, s.err = stampOf(f.path); s.err != nil {
		return s
	}
	r := o.reader()
	r.read = read
	r.text = func(p []byte) {
		for _, b := range p {
			s.seen[b] = true
		}
		s.look.Add(p)
	}
	r.window = func([]byte) error {
		f.Windows++
		return nil
	}
	f.SHA256, f.Size, s.err = r.readFile(ctx, f.path)
	f.Decoded = r.decoded
	s.look.Done()
	if s.err == nil && o.UTF8 && !s.look.Text() {
		s.err = &content.Error{Kind: content.NotText, Err: fmt.Errorf("%s, and UTF-8 is wanted", s.look.Kind())}
	}
	s.err = badFile(f.path, s.err)
	return s
}

// add sums up what the files hold, and leaves out those that can't be read.
func (s *Summary) add(surveys []surveyed) error {
	var (
		seen    [256]bool
		windows int64
		kept    = s.Files[:0]
	)
	for i, f := range s.Files {
		of := surveys[i]
		if of.err != nil {
			s.Skipped = append(s.Skipped, of.err)
			continue
		}
		kept = append(kept, f)
		s.Bytes += f.Size
		windows += int64(f.Windows)
		s.notice(f, of.look)
		if f.Windows == 0 {
			s.Short++
			continue
		}
		for b, is := range of.seen {
			seen[b] = seen[b] || is
		}
	}
	if s.Files = slices.Clip(kept); windows > math.MaxInt32 {
		return &TooLargeError{Windows: windows, Limit: math.MaxInt32}
	}
	s.Windows = int(windows)
	for b, is := range seen {
		if is {
			s.Vocabulary = append(s.Vocabulary, int32(b))
		}
	}
	return nil
}

package corpus

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"strings"
)

// File is one file of a corpus.
type File struct {
	// Name is the file's path below the fixed folder of the pattern that named it
	// ("fmt/print.go" of "${GOROOT}/src/**/*.go"), so that it is the same where
	// the folder lies elsewhere.
	Name    string
	Size    int64
	SHA256  [sha256.Size]byte
	Windows int // documents cut from it; 0 where it is shorter than the context
	path    string
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
	Short      int     // files shorter than the context, which are left out
	Windows    int     // of all files
	Vocabulary []int32 // token ids of the files that aren't short, ascending
	// Links are links to folders, which aren't followed. Unused are the exclude patterns that have left nothing out.
	Links  []string
	Unused []Unused
	// Dropped are documents that repeated an earlier one. HeldOutRepeated counts held-out documents that are training documents, too.
	Dropped, HeldOutRepeated int
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
		fmt.Fprintf(&text, "%x %d %s\n", f.SHA256, f.Size, quoted(f.Name))
	}
	return text.Bytes()
}

func quoted(name string) string {
	if q := fmt.Sprintf("%q", name); len(q) > len(name)+2 || strings.ContainsRune(name, ' ') {
		return q
	}
	return name
}

// Stat reads a corpus as Open does, with all its checks, but keeps no documents.
func Stat(ctx context.Context, o Options) (Summary, error) {
	return survey(ctx, o, func([]byte) {})
}

// survey finds, reads and hashes the files, and calls add with the content of
// each that holds a window, in order.
func survey(ctx context.Context, o Options, add func(data []byte)) (s Summary, err error) {
	if err := o.check(); err != nil {
		return s, err
	}
	found, err := list(ctx, o.Include, o.Exclude)
	if err != nil {
		return s, err
	}
	s.Files, s.Links, s.Unused = found.files, found.links, found.unused()
	if err := checkSizes(s.Files, o); err != nil {
		return s, err
	}
	if err := s.read(ctx, o.Context, add); err != nil {
		return s, err
	}
	s.Digest = fmt.Sprintf("%x", sha256.Sum256(s.Listing()))
	return s, o.enough(s)
}

// checkSizes refuses what memory or a window's number can't hold, before it is
// read.
func checkSizes(files []File, o Options) error {
	limit, sum := o.MaxBytes, int64(0)
	if limit == 0 {
		limit = DefaultMaxBytes
	}
	for _, f := range files {
		sum += f.Size
	}
	if limit = min(limit, math.MaxInt32*int64(o.Context)); sum > limit {
		return &TooLargeError{Bytes: sum, Limit: limit}
	}
	return nil
}

// read reads the files in their order, names their contents and counts.
func (s *Summary) read(ctx context.Context, context int, add func([]byte)) error {
	var seen [256]bool
	for i := range s.Files {
		f := &s.Files[i]
		data, err := f.read(ctx, context)
		if err != nil {
			return err
		}
		s.Bytes += f.Size
		s.Windows += f.Windows
		if f.Windows == 0 {
			s.Short++
			continue
		}
		for _, b := range data {
			seen[b] = true
		}
		add(data)
	}
	for b, is := range seen {
		if is {
			s.Vocabulary = append(s.Vocabulary, int32(b))
		}
	}
	return nil
}

// read reads a file whole; its size is what was read.
func (f *File) read(ctx context.Context, context int) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(f.path)
	if err != nil {
		return nil, unreadable(f.path, err)
	}
	f.Size, f.SHA256, f.Windows = int64(len(data)), sha256.Sum256(data), len(data)/context
	return data, nil
}

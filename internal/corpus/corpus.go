// Package corpus makes documents from real files: it finds them by patterns,
// knows them by the digest of their names and contents, cuts them into windows
// of the context length, and puts the windows in an order that depends on the
// data seed alone.
//
// Files may be far larger than memory. They are read once to count and to
// digest them, and once more to cut the windows that are wanted, which lie in a
// temporary file then. What grows with a corpus is a number of 4 bytes for each
// window while their order is drawn, and what is known of each file.
//
// The package compresses and trains nothing, and it knows nothing of studies: its
// errors say what is wrong with the files, and the caller says which field of a
// spec named them.
package corpus

import (
	"context"
	"slices"

	"github.com/ziplaw/ziplaw/internal/random"
)

// Bytes is the tokenizer whose tokens are the bytes of a file, 0 to 255.
const Bytes = "bytes"

// Options says which files make a corpus and how they are cut.
type Options struct {
	// Include are the patterns of files, in the syntax of doublestar: * and ? stop
	// at slashes, ** doesn't, [a-z] and {a,b} are as in a shell, a backslash takes
	// a character as it is. ${NAME} is an environment variable; ${GOROOT} is the
	// Go installation's folder where that variable isn't set. Each pattern is
	// absolute (see AnchorInclude and AnchorExclude) and must match a file. Hidden
	// files and folders count as others do; links to folders aren't followed; and a
	// folder of ziplaw's own servers is never looked into.
	Include []string
	// Exclude are patterns of files to leave out.
	Exclude []string
	// Access says which files may be read.
	Access Access
	// Raw takes files as they lie there. Otherwise .gz, .zst and .zstd are
	// decompressed, and of .jsonl and .ndjson the text of each record is taken.
	Raw bool
	// TextField is the field of a record that holds its text; "" is "text".
	TextField string
	// UTF8 makes text that isn't UTF-8 an error of its file.
	UTF8 bool
	// Skip leaves out files and folders that can't be read, or whose content is
	// wrong, and counts them. Otherwise they are errors.
	Skip bool
	// Tokenizer is Bytes.
	Tokenizer string
	Context   int    // tokens of a document; at least 2
	Seed      uint64 // data seed: the order of the windows
	HeldOut   int    // documents held out of training
	Train     int    // training documents that there must be; at least one in any case
	// DropRepeats leaves out documents that repeat an earlier one, token by token.
	DropRepeats bool
	// Progress, which may be nil, hears what is done with the files, and how many of
	// their bytes it is done with. Several goroutines call it.
	Progress func(what string, read, of int64)
}

// Corpus is documents of files. Once it is prepared, goroutines may share it.
type Corpus struct {
	options Options
	summary Summary
	dropped bitset
	first   []int32 // number of the first window of each file, of those that are kept, and at the end that of all
	cut     *cut
}

// Open finds the files of a corpus and reads them once, to count and digest
// them. All windows are permuted by the data seed; the first HeldOut of them are
// held out, and the rest are the training documents, of which every smaller
// number is a prefix.
//
// Errors are *VariableError, *PatternError, *RelativeError, *NoMatchError,
// *UnreadableError, *BadFileError, *TooLargeError, *EmptyError, *TooSmallError
// and *OptionError, or the context's.
func Open(ctx context.Context, o Options) (*Corpus, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	c := &Corpus{options: o}
	if err := c.survey(ctx); err != nil {
		return nil, err
	}
	if o.DropRepeats {
		if err := c.dropRepeats(ctx); err != nil {
			return nil, err
		}
	}
	c.number()
	return c, o.enough(c.summary)
}

// number numbers the windows that are kept.
func (c *Corpus) number() {
	c.first = make([]int32, 0, len(c.summary.Files)+1)
	var raw, kept int32
	for _, f := range c.summary.Files {
		c.first = append(c.first, kept)
		next := raw + int32(f.Windows)
		kept += next - raw - c.dropped.count(raw, next)
		raw = next
	}
	c.first = append(c.first, kept)
	c.summary.Windows = int(kept)
}

// order gives the numbers of the first n windows in the order of the seed.
func (c *Corpus) order(n int) []int32 {
	return random.PermutationPrefix(c.options.Seed, "windows", c.summary.Windows, n)
}

// Summary says what the corpus was made from.
func (c *Corpus) Summary() Summary { return c.summary }

// Digest names the corpus's files: see Summary.
func (c *Corpus) Digest() string { return c.summary.Digest }

// Vocabulary returns the token ids that occur, in ascending order: all tokens of
// the files that hold a window, the dropped remainders included.
func (c *Corpus) Vocabulary() []int32 { return slices.Clone(c.summary.Vocabulary) }

// TrainLen is the number of training documents.
func (c *Corpus) TrainLen() int { return c.summary.Windows - c.options.HeldOut }

// HeldOutLen is the number of documents held out.
func (c *Corpus) HeldOutLen() int { return c.options.HeldOut }

// Prepare cuts the held-out documents and the first training documents, which
// Train and HeldOut give then. Errors are *ChangedError where a file is another
// than it was when the corpus was opened, *RoomError, or the context's.
func (c *Corpus) Prepare(ctx context.Context, train int) (err error) {
	c.cut, err = c.take(ctx, c.order(c.options.HeldOut+min(train, c.TrainLen())))
	return err
}

// Train appends training document i to dst. It is one of those that are prepared.
func (c *Corpus) Train(dst []int32, i int) ([]int32, error) {
	return c.cut.document(dst, c.options.HeldOut+i)
}

// HeldOut appends held-out document i, of 0 to HeldOutLen()-1, to dst.
func (c *Corpus) HeldOut(dst []int32, i int) ([]int32, error) { return c.cut.document(dst, i) }

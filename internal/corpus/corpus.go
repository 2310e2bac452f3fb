// Package corpus makes documents from real files: it finds them by patterns,
// knows them by the digest of their names and contents, cuts them into windows
// of the context length, and puts the windows in an order that depends on the
// data seed alone.
//
// It keeps the windows in memory. It compresses and trains nothing, and it
// knows nothing of studies: its errors say what is wrong with the files, and
// the caller says which field of a spec named them.
package corpus

import (
	"context"
	"slices"

	"github.com/ziplaw/ziplaw/internal/random"
)

// Bytes is the tokenizer whose tokens are the bytes of a file, 0 to 255.
const Bytes = "bytes"

// DefaultMaxBytes is how much the files of a corpus may hold by default.
const DefaultMaxBytes = 4 << 30

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
	// Tokenizer is Bytes.
	Tokenizer string
	Context   int    // tokens of a document; at least 2
	Seed      uint64 // data seed: the order of the windows
	HeldOut   int    // documents held out of training
	Train     int    // training documents that there must be; at least one in any case
	MaxBytes  int64  // that the files may hold; 0 is DefaultMaxBytes
	// DropRepeats leaves out documents that repeat an earlier one, token by token.
	DropRepeats bool
}

// Corpus is documents read from files. It is not changed once opened, so
// goroutines may share it.
type Corpus struct {
	summary Summary
	context int
	heldOut int
	texts   [][]byte // the windows of each file, one after the other
	windows []window
	order   []int32 // of the windows: the held-out ones, then those to train on
}

// window is the place of a document: its file and its number there.
type window struct{ text, number int32 }

// Open reads a corpus. All windows are permuted by the data seed; the first
// HeldOut of them are held out, and the rest are the training documents, of
// which every smaller number is a prefix.
//
// Errors are *VariableError, *PatternError, *NoMatchError, *UnreadableError,
// *TooLargeError, *EmptyError, *TooSmallError and *OptionError, or the
// context's.
func Open(ctx context.Context, o Options) (*Corpus, error) {
	c := &Corpus{context: o.Context, heldOut: o.HeldOut}
	var err error
	if c.summary, err = survey(ctx, o, c.add); err != nil {
		return nil, err
	}
	if o.DropRepeats {
		c.dropRepeats()
		if err := o.enough(c.summary); err != nil {
			return nil, err
		}
	}
	c.order = random.Permutation(o.Seed, "windows", len(c.windows))
	c.summary.HeldOutRepeated = c.heldOutRepeated()
	return c, nil
}

// add keeps the windows of a file.
func (c *Corpus) add(data []byte) {
	n := len(data) / c.context
	for i := range n {
		c.windows = append(c.windows, window{int32(len(c.texts)), int32(i)})
	}
	c.texts = append(c.texts, slices.Clip(data[:n*c.context]))
}

// bytes are a window's.
func (c *Corpus) bytes(w window) []byte { return c.texts[w.text][int(w.number)*c.context:][:c.context] }

// Summary says what the corpus was made from.
func (c *Corpus) Summary() Summary { return c.summary }

// Digest names the corpus's files: see Summary.
func (c *Corpus) Digest() string { return c.summary.Digest }

// Vocabulary returns the token ids that occur, in ascending order: all tokens of
// the files that hold a window, the dropped remainders included.
func (c *Corpus) Vocabulary() []int32 { return slices.Clone(c.summary.Vocabulary) }

// TrainLen is the number of training documents.
func (c *Corpus) TrainLen() int { return len(c.order) - c.heldOut }

// HeldOutLen is the number of documents held out.
func (c *Corpus) HeldOutLen() int { return c.heldOut }

// Train appends training document i, of 0 to TrainLen()-1, to dst.
func (c *Corpus) Train(dst []int32, i int) []int32 {
	return c.document(dst, c.order[c.heldOut:][i])
}

// HeldOut appends held-out document i, of 0 to HeldOutLen()-1, to dst.
func (c *Corpus) HeldOut(dst []int32, i int) []int32 {
	return c.document(dst, c.order[:c.heldOut][i])
}

func (c *Corpus) document(dst []int32, i int32) []int32 {
	for _, b := range c.bytes(c.windows[i]) {
		dst = append(dst, int32(b))
	}
	return dst
}

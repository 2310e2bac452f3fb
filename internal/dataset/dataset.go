// Package dataset turns a data set of a study into documents: which token ids occur, the training and held-out
// documents in a fixed order, and the order in which a training seed reads them. Grammars and files look the same
// from here on.
//
// It doesn't store or train; package activities does.
package dataset

import (
	"context"
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/corpus"
)

// Unbounded is the number of training documents of a grammar, which never runs out.
const Unbounded = math.MaxInt32

// Source gives the documents of one data set, of token ids as the grammar or tokenizer names them.
//
// Every document is a pure function of its number, so methods may be called in any order. Once it is prepared, goroutines
// may share a Source.
type Source interface {
	// Vocabulary is the ids that can occur, ascending, whatever the budgets are.
	Vocabulary() []int32
	// Len is the number of training documents; Unbounded for grammars.
	Len() int
	// Prepare makes the first training documents and all held-out ones ready to be read.
	Prepare(ctx context.Context, train int) error
	// Train appends training document i to dst: at most the context length of ids, unpadded.
	Train(dst []int32, i int) ([]int32, error)
	// HeldOut appends held-out document i to dst. It is never a training document.
	HeldOut(dst []int32, i int) ([]int32, error)
	// Origin says where the documents come from.
	Origin() Origin
}

// Origin is where a data set's documents come from: the grammar's text, or the listing of its files.
type Origin struct {
	Kind string // "grammar" or "files"
	// Text is the grammar in NLTK's PCFG syntax, or a line "sha256 size path" for each file.
	Text []byte
	// Params is everything that determines the documents, for action keys: seeds, and the digest of the grammar's text
	// or of the files' contents.
	Params map[string]any
	// Of grammars: mean children per non-terminal and the probability that a derivation terminates.
	MeanChildren, Termination float64
}

// Options say how data sets are opened.
type Options struct {
	Progress Progress // may be nil
	Access   corpus.Access
}

// Open opens a data set of a study. Errors are *ziplaw.Error with the field of the study's spec.
func Open(ctx context.Context, s ziplaw.Study, d ziplaw.DataSet, o Options) (Source, error) {
	if d.Grammar != nil {
		return openGrammar(ctx, s, d, o.Access)
	}
	return openFiles(ctx, s, d, o)
}

// Pool is the number of training documents that the study needs stored: enough for the largest budget in any
// training order, and for the sample that H is measured on.
func Pool(s ziplaw.Study, length int) int {
	need := max(Ceiling(ziplaw.Documents(s.MaxBudget(), s.Context)), s.Compressibility.Documents)
	return min(need, length)
}

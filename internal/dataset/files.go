package dataset

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/corpus"
)

// decodingVersion is the version of the way from archives and records to their texts. Studies from before it took their bytes.
const decodingVersion = 1

// filesSource reads documents from files.
type filesSource struct {
	*corpus.Corpus
	study  ziplaw.Study
	set    ziplaw.DataSet
	origin Origin
}

func openFiles(ctx context.Context, s ziplaw.Study, d ziplaw.DataSet, o Options) (Source, error) {
	f := d.Files
	c, err := corpus.Open(ctx, corpus.Options{
		Include: f.Include, Exclude: f.Exclude, Tokenizer: d.Tokenizer,
		Raw: f.Format == ziplaw.FilesRaw, TextField: f.TextField, UTF8: f.Encoding == ziplaw.EncodingUTF8, Skip: f.OnError == ziplaw.OnErrorSkip,
		Context: s.Context, Seed: uint64(d.DataSeed), HeldOut: s.Recipe.HeldOut, Train: ziplaw.Documents(s.MaxBudget(), s.Context),
		DropRepeats: f.Repeats == "drop", Progress: o.Progress.of(d.Name), Access: o.Access,
	})
	if err != nil {
		return nil, filesError(s, d, err)
	}
	summary := c.Summary()
	params := map[string]any{"files": c.Digest(), "tokenizer": d.Tokenizer, "data_seed": d.DataSeed}
	for name, value := range map[string]string{"repeats": f.Repeats, "format": f.Format, "text_field": f.TextField} {
		if value != "" {
			params[name] = value
		}
	}
	if slices.ContainsFunc(summary.Files, func(f corpus.File) bool { return f.Decoded }) {
		params["decoding"] = decodingVersion
	}
	return &filesSource{Corpus: c, study: s, set: d, origin: Origin{Kind: "files", Text: summary.Listing(), Params: params}}, nil
}

// Progress hears how far the reading of a data set's files is, in bytes. Goroutines share it; it may be nil.
type Progress func(dataset, what string, read, of int64)

func (p Progress) of(dataset string) func(what string, read, of int64) {
	if p == nil {
		return nil
	}
	return func(what string, read, of int64) { p(dataset, what, read, of) }
}

// filesError says which field of the spec asks for what the files can't give.
func filesError(s ziplaw.Study, d ziplaw.DataSet, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if _, ofMachine := errors.AsType[*corpus.RoomError](err); ofMachine { // which may pass, or another one has room
		return fmt.Errorf("data set %s: %w", d.Name, err)
	}
	if changed, ok := errors.AsType[*corpus.ChangedError](err); ok {
		return sourcesChanged(d, changed)
	}
	if small, ok := errors.AsType[*corpus.TooSmallError](err); ok {
		return ziplaw.BadSpec("budgets", fmt.Sprintf("the largest D for %s is %d", d.Name, small.LargestD()),
			"D %d: %s: %v", s.MaxBudget(), d.Name, err)
	}
	return ziplaw.BadSpec(field(s, d, "files"), filesHint(err), "%v", err)
}

// filesHint says what would be right.
func filesHint(err error) string {
	if _, bad := errors.AsType[*corpus.BadFileError](err); bad {
		return "mend or exclude it, or skip such files with on_error: skip"
	}
	if _, bad := errors.AsType[*corpus.UnreadableError](err); bad {
		return "make it readable or exclude it, or skip such files with on_error: skip"
	}
	return "a path or pattern of files that can be read"
}

// Files are what a data set of files is made of; false for others.
func Files(s Source) (corpus.Summary, bool) {
	f, ok := s.(*filesSource)
	if !ok {
		return corpus.Summary{}, false
	}
	return f.Summary(), true
}

// sourcesChanged says that somebody writes to a data set's files.
func sourcesChanged(d ziplaw.DataSet, err *corpus.ChangedError) error {
	return &ziplaw.Error{
		Code: ziplaw.CodeSourcesChanged, Message: fmt.Sprintf("files of data set %s: %v", d.Name, err),
		Hint: "start the study again when nobody writes to them: what is whole is kept, and the changed data is a new version",
	}
}

func (f *filesSource) Len() int       { return f.TrainLen() }
func (f *filesSource) Origin() Origin { return f.origin }

func (f *filesSource) Prepare(ctx context.Context, train int) error {
	if err := f.Corpus.Prepare(ctx, train); err != nil {
		return filesError(f.study, f.set, err)
	}
	return nil
}

// Repeated looks for the held-out documents of files in the training documents, which reads the files once more. Grammars have
// no held-out document that is one of training.
func Repeated(ctx context.Context, s ziplaw.Study, d ziplaw.DataSet, src Source) (corpus.Repeated, error) {
	f, ok := src.(*filesSource)
	if !ok {
		return corpus.Repeated{}, nil
	}
	r, err := f.Repeated(ctx)
	if err != nil {
		return r, filesError(s, d, err)
	}
	return r, nil
}

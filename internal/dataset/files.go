package dataset

import (
	"context"
	"errors"
	"fmt"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/corpus"
)

// filesSource reads documents from files.
type filesSource struct {
	*corpus.Corpus
	origin Origin
}

func openFiles(ctx context.Context, s ziplaw.Study, d ziplaw.DataSet) (Source, error) {
	c, err := corpus.Open(ctx, corpus.Options{
		Include: d.Files.Include, Exclude: d.Files.Exclude, Tokenizer: d.Tokenizer,
		Context: s.Context, Seed: uint64(d.DataSeed), HeldOut: s.Recipe.HeldOut, Train: ziplaw.Documents(s.MaxBudget(), s.Context),
		DropRepeats: d.Files.Repeats == "drop",
	})
	if err != nil {
		return nil, filesError(s, d, err)
	}
	summary := c.Summary()
	params := map[string]any{"files": c.Digest(), "tokenizer": d.Tokenizer, "data_seed": d.DataSeed}
	if d.Files.Repeats != "" {
		params["repeats"] = d.Files.Repeats
	}
	return &filesSource{Corpus: c, origin: Origin{Kind: "files", Text: summary.Listing(), Params: params}}, nil
}

// filesError says which field of the spec asks for what the files can't give.
func filesError(s ziplaw.Study, d ziplaw.DataSet, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if small, ok := errors.AsType[*corpus.TooSmallError](err); ok {
		return ziplaw.BadSpec("budgets", fmt.Sprintf("the largest D for %s is %d", d.Name, small.LargestD()),
			"D %d: %s: %v", s.MaxBudget(), d.Name, err)
	}
	return ziplaw.BadSpec(field(s, d, "files"), "a path or pattern of files that can be read", "%v", err)
}

// Files are what a data set of files is made of; false for others.
func Files(s Source) (corpus.Summary, bool) {
	f, ok := s.(*filesSource)
	if !ok {
		return corpus.Summary{}, false
	}
	return f.Summary(), true
}

func (f *filesSource) Len() int       { return f.TrainLen() }
func (f *filesSource) Origin() Origin { return f.origin }

package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
	"github.com/ziplaw/ziplaw/analysis/allocation"
	"github.com/ziplaw/ziplaw/internal/corpus"
)

// law is the law that --law names, or the one that is nearest at hand.
func (a *app) law(ctx context.Context, name string) (ziplaw.Law, []ziplaw.Warning, error) {
	if l, found := allocation.Published()[name]; found {
		return l, nil, nil
	}
	if name != "" && isTable(name) {
		l, err := readLaw(name)
		return l, nil, err
	}
	if name != "" {
		l, err := a.studyLaw(ctx, name)
		return l, nil, err
	}
	l, found, err := a.newestLaw(ctx)
	if err != nil || found {
		return l, nil, err
	}
	const usual = "chinchilla-refitted"
	return allocation.Published()[usual], []ziplaw.Warning{{
		Code: "no_study", Message: "no finished study here has a law: " + usual + " is taken, which knows nothing of H",
	}}, nil
}

// studyLaw is the law of a study's newest finished version.
func (a *app) studyLaw(ctx context.Context, study string) (ziplaw.Law, error) {
	d, err := a.finishedReport(ctx, study)
	if err != nil {
		return ziplaw.Law{}, err
	}
	if d.Result.Law == nil {
		return ziplaw.Law{}, &ziplaw.Error{
			Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("study %s has no law over its data sets", study),
			Hint: "it takes at least two data sets with laws of their own; run the study again if it is of an earlier ziplaw",
		}
	}
	return *d.Result.Law, nil
}

// newestLaw is the law of the study that finished last among those that have one. Without a data folder there is none, and none is
// made.
func (a *app) newestLaw(ctx context.Context) (l ziplaw.Law, found bool, err error) {
	if _, err := os.Stat(a.flags.dataDir); err != nil && !a.flags.connect {
		return l, false, nil
	}
	s, err := a.open(ctx)
	if err != nil {
		return l, false, err
	}
	defer s.close()
	names, err := s.store.ListStudies(ctx)
	if err != nil {
		return l, false, err
	}
	type dated struct {
		name string
		at   int64
	}
	var studies []dated
	for _, name := range names {
		versions, err := s.store.Versions(ctx, name)
		if err != nil {
			return l, false, err
		}
		if len(versions) > 0 {
			studies = append(studies, dated{name, versions[0].Finished.UnixNano()})
		}
	}
	slices.SortFunc(studies, func(x, y dated) int { return int(min(1, max(-1, y.at-x.at))) })
	for _, study := range studies {
		v, finished, err := s.finished(ctx, study.name)
		if err != nil {
			return l, false, err
		}
		if finished && v.Result.Law != nil {
			return *v.Result.Law, true, nil
		}
	}
	return l, false, nil
}

// measuredData is what predict measures on data.
type measuredData struct{ h, tokens float64 }

// measureData measures files as bytes, as the law's own data was measured.
func measureData(ctx context.Context, path string, l ziplaw.Law, level float64) (m measuredData, warnings []ziplaw.Warning, err error) {
	how := ziplaw.LawData{Context: 256, Compressibility: ziplaw.Compressibility{Level: 9, Documents: 1000, Statistic: "median"}}
	switch {
	case l.Data != nil:
		how = *l.Data
		if !slices.Contains(how.Tokenizers, "bytes") {
			warnings = append(warnings, ziplaw.Warning{Code: "other_tokens", Message: "the law was fitted on tokens of " + strings.Join(how.Tokenizers, ", ") + ", and --data is read as bytes: H of one doesn't compare with H of the other"})
		}
	case len(l.Source.Depends) > 0:
		warnings = append(warnings, ziplaw.Warning{Code: "other_documents", Message: "the law doesn't say how its H was measured: documents of 256 bytes are taken"})
	}
	if l.Measure != "h" {
		return m, nil, usage("--data", "give the measure by --h", "the law is over %s, which isn't measured on files", l.Measure)
	}
	pattern, err := filesOf(path)
	if err != nil {
		return m, nil, err
	}
	files, err := corpus.Open(ctx, corpus.Options{Include: []string{pattern}, Tokenizer: corpus.Bytes, Context: how.Context, Seed: 1})
	if err != nil {
		return m, nil, usage("--data", "files of text, code or any bytes, with at least one document in all", "%v", err)
	}
	docs := make([][]int32, min(how.Compressibility.Documents, files.TrainLen()))
	if err := files.Prepare(ctx, len(docs)); err != nil {
		return m, nil, err
	}
	for i := range docs {
		if docs[i], err = files.Train(nil, i); err != nil {
			return m, nil, err
		}
	}
	h, _, err := analysis.Compressibility(docs, how.Compressibility, ziplaw.FitOptions{Level: level, Resamples: 1, Seed: 1})
	return measuredData{h: h.Value, tokens: float64(files.TrainLen()) * float64(how.Context)}, warnings, err
}

// filesOf is the pattern of a file, or of all files in a folder.
func filesOf(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", usage("--data", "a file or a folder", "%v", err)
	}
	if info.IsDir() {
		return filepath.Join(path, "**"), nil
	}
	return path, nil
}

package law

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/allocation"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/cli/data"
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
	if _, err := os.Stat(a.Flags.DataDir); err != nil && !a.Flags.Connect {
		return l, false, nil
	}
	s, err := a.Open(ctx)
	if err != nil {
		return l, false, err
	}
	defer s.Close()
	names, err := s.Store.ListStudies(ctx)
	if err != nil {
		return l, false, err
	}
	type dated struct {
		name string
		at   int64
	}
	var studies []dated
	for _, name := range names {
		versions, err := s.Store.Versions(ctx, name)
		if err != nil {
			return l, false, err
		}
		if len(versions) > 0 {
			studies = append(studies, dated{name, versions[0].Finished.UnixNano()})
		}
	}
	slices.SortFunc(studies, func(x, y dated) int { return int(min(1, max(-1, y.at-x.at))) })
	for _, study := range studies {
		v, finished, err := s.States().Newest(ctx, study.name)
		if err != nil {
			return l, false, err
		}
		if finished && v.Result.Law != nil {
			if err := s.States().Believe(ctx, v); err != nil {
				return l, false, err
			}
			return *v.Result.Law, true, nil
		}
	}
	return l, false, nil
}

// measuredData is what predict measures on data.
type measuredData struct{ h, tokens float64 }

// measureData measures data as ziplaw measure does, with the documents and the statistic of the law's own data.
func (a *app) measureData(ctx context.Context, path string, l ziplaw.Law, level float64) (m measuredData, warnings []ziplaw.Warning, err error) {
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
		return m, nil, console.Usage("--data", "give the measure by --h", "the law is over %s, which isn't measured on files", l.Measure)
	}
	r, err := data.MeasureLike(ctx, a.App, path, how, level)
	if err != nil {
		return m, nil, ofData(err)
	}
	for _, n := range r.Noticed {
		warnings = append(warnings, ziplaw.Warning{Code: "not_text", Message: fmt.Sprintf("%d file%s of --data with %s: %s", n.Files, console.Plural(n.Files), n.Kind, n.First)})
	}
	return measuredData{h: r.H.Value, tokens: float64(r.Tokens)}, warnings, nil
}

// ofData says of an error of measured files which flag named them, and what to do without the flags of measure.
func ofData(err error) error {
	if e, ok := errors.AsType[*ziplaw.Error](err); ok && e.Code == ziplaw.CodeUsage {
		of := *e
		of.Field, of.Hint = "--data", "name files that can be read and hold enough text, or give by --h what ziplaw measure says of them"
		return &of
	}
	return err
}

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/store"
)

func (a *app) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify STUDY",
		Short: "Recompute every digest of a finished study, and name what was tampered with",
		Long: `Read everything that a study's newest finished version leads to, and check it: the digest of every artifact, the
key of every record and what stands in the store under it, the documents that each cell read, and the study's numbers
and digests against its records. The exit code is 4 where something was tampered with, 5 where something is missing.

Nothing is changed by it.`,
		Example: `  ziplaw verify quick
  ziplaw verify quick --output json | jq -r '.problems[].id'`,
		Args: exactly(1), ValidArgsFunction: completeSpec,
		RunE: a.looking(func(ctx context.Context, s *session, args []string) error { return a.verify(ctx, s, args[0]) }),
	}
}

func (a *app) verify(ctx context.Context, s *session, study string) error {
	v, err := s.mustBeFinished(ctx, study)
	if notJSON(err) {
		return a.unreadableVersion(ctx, s, study, err)
	}
	if err != nil {
		return err
	}
	found, err := lineage.Verify(ctx, s.store, v, a.readingProgress(time.Now))
	if err != nil {
		return err
	}
	return a.showVerification(found)
}

func notJSON(err error) bool {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, kind := errors.AsType[*json.UnmarshalTypeError](err)
	return syntax || kind
}

// unreadableVersion shows that a study's newest finished version is no JSON of ours.
func (a *app) unreadableVersion(ctx context.Context, s *session, study string, problem error) error {
	versions, err := s.store.Versions(ctx, study)
	if err != nil || len(versions) == 0 {
		return errors.Join(problem, err)
	}
	version := versions[0].Version
	return a.showVerification(lineage.Verification{
		Study: study, Version: ziplaw.Key(version), State: lineage.Tampered, Problems: []lineage.Problem{{
			ID: store.StudyName(study, version), Problem: problem.Error(), State: lineage.Tampered, Role: "result", Label: study,
		}},
	})
}

// showVerification prints what was found and ends with its exit code.
func (a *app) showVerification(v lineage.Verification) error {
	if err := a.value(v, func(w io.Writer) error { return verificationText(w, v) }); err != nil {
		return err
	}
	switch v.State {
	case lineage.Tampered:
		return exit(exitTampered)
	case lineage.Incomplete:
		return exit(exitIncomplete)
	}
	return nil
}

func verificationText(w io.Writer, v lineage.Verification) error {
	for _, p := range v.Problems {
		what := strings.TrimSpace(p.Role + " " + p.Label)
		if p.Role != "" && p.Label != "" {
			what = p.Role + " of " + p.Label
		}
		fmt.Fprintf(w, "%s  %s\n  %s: %s\n", strings.ToUpper(p.State), what, p.ID, p.Problem)
	}
	read := humanize.Comma(int64(v.Checked)) + " artifacts read"
	if v.State == lineage.Clean {
		_, err := fmt.Fprintf(w, "%s is clean: %s, every digest is right, and the study's numbers are those of its records\n", v.Study, read)
		return err
	}
	_, err := fmt.Fprintf(w, "%s is %s: %s, problems: %d\n", v.Study, v.State, read, len(v.Problems))
	return err
}

// Times after which a long reading says how far it is, and between the lines.
const (
	readingFirst = 2 * time.Second
	readingNext  = 5 * time.Second
)

// readingProgress tells on standard error how many artifacts were read, where it takes long.
func (a *app) readingProgress(now func() time.Time) func(checked, known int) {
	next := now().Add(readingFirst)
	return func(checked, known int) {
		if t := now(); t.After(next) {
			next = t.Add(readingNext)
			a.note("%s of %s artifacts read", humanize.Comma(int64(checked)), humanize.Comma(int64(known)))
		}
	}
}

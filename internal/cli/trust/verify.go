package trust

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/lineage"
)

func (a *app) verifyCommand() *cobra.Command {
	repair, again := false, recomputeFlags{}
	c := &cobra.Command{
		Use:   "verify STUDY",
		Short: "Recompute every digest of a finished study, and name what was tampered with",
		Long: `Read everything that a study's finished versions lead to, and check it: the digest of every artifact, the key of every
record and what stands in the store under it, the documents that each cell read, the study's numbers and digests against its
records, and the report's files in the data folder. Then every law is fitted again, the regressions are computed and the report
is rendered again from the cells' losses, and compared. The exit code is 4 where something was tampered with, 5 where something
is missing.

--recompute trains some cells again, drawn from the newest version's by --seed, or all of them, on this machine's processor, and
says for every fitted number how far it is reproduced: R1 where the cells have the same bits, R3 where it stays inside its interval
with their losses in place; cells of another arithmetic are R2 where their loss is within 1 %. Whoever changes a study's data, its
losses and everything that follows from them in one go is found by this alone. What came of it stands in recomputed.json beside
the report, where there is one.

Nothing else is changed, unless --repair takes away what is wrong and makes it again, with a worker of this process: cells are
trained again only where their own records or losses are gone.`,
		Example: `  ziplaw verify quick
  ziplaw verify quick --repair
  ziplaw verify quick --recompute 5
  ziplaw verify quick --output json | jq -r '.problems[].id'`,
		Args: console.Exactly(1), ValidArgsFunction: console.CompleteSpec,
	}
	c.Flags().BoolVar(&repair, "repair", false, "make again what is wrong")
	again.register(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := again.check(repair); err != nil {
			return err
		}
		if repair {
			return console.UntilInterrupted(c, func(ctx context.Context) error { return a.repair(ctx, args[0]) })
		}
		return a.Looking(func(ctx context.Context, s *console.Session, args []string) error {
			all, err := a.verifyAll(ctx, s, args[0])
			if err != nil {
				return err
			}
			v := merged(args[0], all)
			if err := a.recompute(ctx, s, args[0], again, &v); err != nil {
				return err
			}
			return a.showVerification(v)
		})(c, args)
	}
	return c
}

// verified is a finished version and what was found of it.
type verified struct {
	version ziplaw.Key
	spec    *ziplaw.Study // nil where it can't be read
	lineage.Verification
}

// verifyAll verifies all finished versions of a study, the newest first.
func (a *app) verifyAll(ctx context.Context, s *console.Session, study string) ([]verified, error) {
	versions, err := s.Store.Versions(ctx, study)
	if err != nil {
		return nil, err
	}
	if len(versions) == 0 {
		_, err := s.States().Finished(ctx, study)
		return nil, err
	}
	var all []verified
	for i, version := range versions {
		one, err := a.verifyVersion(ctx, s, study, ziplaw.Key(version.Version), i == 0)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// verifyVersion verifies one version. The files in the data folder are those of the newest.
func (a *app) verifyVersion(ctx context.Context, s *console.Session, study string, version ziplaw.Key, newest bool) (found verified, err error) {
	found.version = version
	b, _, err := s.Store.GetStudy(ctx, study, string(version))
	if err != nil {
		return found, err
	}
	var v ziplaw.StudyVersion
	if err := json.Unmarshal(b, &v); err != nil {
		found.Verification = lineage.Verification{State: lineage.Tampered, Problems: []lineage.Problem{lineage.Unreadable(study, version, err)}}
		return found, nil
	}
	found.Verification, err = lineage.Verify(ctx, s.Store, v, lineage.Options{Progress: a.readingProgress(time.Now)})
	if err != nil {
		return found, err
	}
	var spec ziplaw.Study
	if s.Store.GetJSON(ctx, v.Spec, &spec) == nil {
		found.spec = &spec
	}
	if found.State == lineage.Clean {
		if err := a.recheck(ctx, s, v, &found.Verification); err != nil {
			return found, err
		}
	}
	if newest {
		a.verifyFiles(ctx, s, v, &found.Verification)
	}
	return found, nil
}

// recheck computes again what follows from the cells.
func (a *app) recheck(ctx context.Context, s *console.Session, v ziplaw.StudyVersion, found *lineage.Verification) error {
	problems, err := activities.Recheck(ctx, s.Store, v, a.Seldom())
	if err == nil && len(problems) > 0 {
		found.Problems, found.State = append(found.Problems, problems...), lineage.Tampered
	}
	return err
}

// merged is one verification of all versions.
func merged(study string, all []verified) lineage.Verification {
	sum := lineage.Verification{Study: study, State: lineage.Clean, Problems: []lineage.Problem{}}
	for i, v := range all {
		if i == 0 {
			sum.Version = v.version
		}
		sum.Checked += v.Checked
		sum.Versions = append(sum.Versions, v.version)
		sum.Problems = append(sum.Problems, v.Problems...)
		if v.State == lineage.Tampered || sum.State == lineage.Clean {
			sum.State = v.State
		}
	}
	return sum
}

// verifyFiles compares the report's files in the data folder, where they are, with those of the store.
func (a *app) verifyFiles(ctx context.Context, s *console.Session, v ziplaw.StudyVersion, found *lineage.Verification) {
	var rec ziplaw.Record
	if s.Store.GetJSON(ctx, v.Report, &rec) != nil {
		return // which is a problem already
	}
	for _, file := range rec.Outputs {
		path := filepath.Join(a.ReportDir(v.Result.Study), filepath.Base(file.Role))
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		p := lineage.Problem{ID: path, State: lineage.Tampered, Role: file.Role, Label: v.Result.Study}
		switch {
		case err != nil:
			p.Problem = err.Error()
		case ziplaw.IDOf(b) != file.ID:
			p.Problem = "the file isn't the report's " + file.Role
		default:
			found.Checked++
			continue
		}
		found.Problems, found.State = append(found.Problems, p), lineage.Tampered
	}
}

// showVerification prints what was found and ends with its exit code.
func (a *app) showVerification(v lineage.Verification) error {
	if err := a.Value(v, func(w io.Writer) error { return verificationText(w, v) }); err != nil {
		return err
	}
	switch v.State {
	case lineage.Tampered:
		return console.Exit(console.ExitTampered)
	case lineage.Incomplete:
		return console.Exit(console.ExitIncomplete)
	}
	return nil
}

func verificationText(w io.Writer, v lineage.Verification) error {
	for _, p := range v.Problems {
		state := strings.ToUpper(p.State)
		if p.Repaired {
			state = "REPAIRED"
		}
		fmt.Fprintf(w, "%s  %s\n  %s: %s\n", state, p.What(), p.ID, p.Problem)
	}
	if v.Recomputation != nil {
		recomputationText(w, *v.Recomputation)
	}
	read := humanize.Comma(int64(v.Checked)) + " artifacts read"
	if v.State == lineage.Clean {
		_, err := fmt.Fprintf(w, "%s is clean: %s, every digest is right, and its cells' losses give its laws and its report\n", v.Study, read)
		return err
	}
	_, err := fmt.Fprintf(w, "%s is %s: %s, problems: %d\n", v.Study, v.State, read, len(v.Problems))
	return err
}

// readingProgress tells on standard error how many artifacts were read, where it takes long.
func (a *app) readingProgress(now func() time.Time) func(checked, known int) {
	next := now().Add(console.ReadingFirst)
	return func(checked, known int) {
		if t := now(); t.After(next) {
			next = t.Add(console.ReadingNext)
			a.Note("%s of %s artifacts read", humanize.Comma(int64(checked)), humanize.Comma(int64(known)))
		}
	}
}

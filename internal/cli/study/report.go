package study

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/report"
)

func (a *app) reportCommand() *cobra.Command {
	var out console.Path
	c := &cobra.Command{
		Use:   "report STUDY",
		Short: "Write a finished study's report",
		Long: `Write the report of a study's newest finished version: report.html, which needs nothing beside it, and report.json
and CSV files with the same numbers. The files are those that the study made, verified by their digests.`,
		Example: `  ziplaw report quick
  ziplaw report quick --out ./quick-report`,
		Args: console.Exactly(1), ValidArgsFunction: console.CompleteSpec,
	}
	c.Flags().Var(&out, "out", "folder for the files (default DATA-DIR/studies/STUDY)")
	c.RunE = func(c *cobra.Command, args []string) error {
		dir := a.ReportDir(args[0])
		if out.At != "" {
			dir = out.At
		}
		return a.Looking(func(ctx context.Context, s *console.Session, args []string) error {
			return a.report(ctx, s, args[0], dir)
		})(c, args)
	}
	return c
}

func (a *app) report(ctx context.Context, s *console.Session, study, dir string) error {
	v, err := s.States().Believed(ctx, study)
	if err != nil {
		return err
	}
	files, err := WriteReport(ctx, s, v, dir)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.EROFS) {
		return &ziplaw.Error{Code: ziplaw.CodeInternal, Message: err.Error(), Hint: "name a folder that can be written with --out"}
	}
	if err != nil {
		return err
	}
	r := reportJSON{Study: study, Version: v.Result.Version, Report: files.html, Files: files.paths}
	return a.Value(r, func(w io.Writer) error {
		for _, path := range r.Files {
			fmt.Fprintln(w, path)
		}
		return nil
	})
}

type reportJSON struct {
	Study   string     `json:"study"`
	Version ziplaw.Key `json:"version"`
	Report  string     `json:"report"`
	Files   []string   `json:"files"`
}

// reportFiles are where a report's files are.
type reportFiles struct {
	html  string
	paths []string
}

// WriteReport copies the files of a finished study's report into a folder.
func WriteReport(ctx context.Context, s *console.Session, v ziplaw.StudyVersion, dir string) (f reportFiles, err error) {
	var rec ziplaw.Record
	if err := s.Store.GetJSON(ctx, v.Report, &rec); err != nil {
		return f, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return f, fmt.Errorf("report of %s: %w", v.Result.Study, err)
	}
	for _, file := range rec.Outputs {
		path := filepath.Join(dir, filepath.Base(file.Role))
		b, err := s.Store.Get(ctx, file.ID)
		if err != nil {
			return f, err
		}
		if err := console.WriteFile(path, b); err != nil {
			return f, fmt.Errorf("report of %s: %w", v.Result.Study, err)
		}
		f.paths = append(f.paths, path)
		if file.Role == report.HTMLName {
			f.html = path
		}
	}
	return f, nil
}

package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/bundle"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/upkeep"
)

func (a *app) exportCommand() *cobra.Command {
	var version string
	c := &cobra.Command{
		Use:   "export STUDY FILE",
		Short: "Write a finished study with all its evidence to one file",
		Long: `Write a finished version of a study, the newest one unless --version names another by the beginning of its key, to one
file: every record and artifact that leads to its numbers, verified as they are read. The file is a tar archive, which begins with a
manifest of digests, and the same study makes the same bytes each time. ziplaw import takes it anywhere.`,
		Example: `  ziplaw export quick quick.ziplaw
  ziplaw export quick old.ziplaw --version 3f2a`,
		Args: console.Exactly(2), ValidArgsFunction: console.CompleteSpec,
	}
	c.Flags().StringVar(&version, "version", "", "the beginning of a version's key")
	c.RunE = func(c *cobra.Command, args []string) error {
		file := console.Path{}
		if err := file.Set(args[1]); err != nil {
			return err
		}
		if info, err := os.Stat(file.At); err == nil && info.IsDir() {
			return console.Usage("FILE", "name a file", "%s is a folder", file.Given)
		}
		if err := file.Writable("FILE"); err != nil {
			return err
		}
		return a.Looking(func(ctx context.Context, s *console.Session, args []string) error {
			return a.export(ctx, s, args[0], version, file)
		})(c, args)
	}
	return c
}

// transferJSON is a study that went to a file, or came from one.
type transferJSON struct {
	Study   string     `json:"study"`
	Version ziplaw.Key `json:"version"`
	File    string     `json:"file"`
	Bytes   int64      `json:"bytes"`
	Objects int        `json:"objects"`
	// Already says that what was imported was there before.
	Already bool `json:"already,omitempty"`
}

func (a *app) export(ctx context.Context, s *console.Session, study, version string, file console.Path) error {
	key, err := versionOf(ctx, s, study, version)
	if err != nil {
		return err
	}
	e, err := upkeep.NewExport(ctx, s.Store, study, key)
	if err != nil {
		return err
	}
	bar := a.NewReadingBar("export "+study, e.Manifest.Bytes())
	err = writeStream(file.At, func(w io.Writer) error { return e.Write(ctx, w, bar.Add) })
	bar.End()
	if err != nil {
		return fmt.Errorf("export study %s to %s: %w", study, file.Given, err)
	}
	r := transferJSON{Study: study, Version: key, File: file.At, Bytes: e.Manifest.Bytes(), Objects: len(e.Manifest.Objects)}
	return a.Value(r, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s, version %s: %s in %s objects, in %s\n", r.Study, r.Version.Short(), humanize.Bytes(uint64(r.Bytes)),
			humanize.Comma(int64(r.Objects)), file.Given)
		return err
	})
}

// versionOf finds a finished version of a study by the beginning of its key; the newest where that is empty.
func versionOf(ctx context.Context, s *console.Session, study, beginning string) (ziplaw.Key, error) {
	versions, err := s.Store.Versions(ctx, study)
	if err != nil {
		return "", err
	}
	if beginning == "" || len(versions) == 0 {
		v, err := s.States().Believed(ctx, study)
		return v.Result.Version, err
	}
	var found, all []string
	for _, v := range versions {
		all = append(all, ziplaw.Key(v.Version).Short())
		if strings.HasPrefix(v.Version, beginning) {
			found = append(found, v.Version)
		}
	}
	switch len(found) {
	case 1:
		return ziplaw.Key(found[0]), nil
	case 0:
		return "", &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("study %s has no finished version %s", study, beginning),
			Hint: "there are " + strings.Join(all, ", ")}
	}
	return "", console.Usage("--version", "there are "+strings.Join(all, ", "), "%d versions of study %s begin with %s", len(found), study, beginning)
}

// writeStream replaces a file by what a function writes, as a whole: nobody reads half of it, and it is on the disk.
func writeStream(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func (a *app) importCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE",
		Short: "Take a study that was exported, with all its evidence",
		Long: `Take a study from a file that ziplaw export wrote. First the whole file is read and checked: every digest, the key of every
record, and that nothing is named which isn't there; anything else is refused before something is stored. Then artifacts, records,
entries and, when all of it has been verified in the store, the finished version are put there. Stopped anywhere, the same command goes on.

Afterwards status, report, lineage and verify answer as they did where the study was made, and a run of its spec with more data sets,
models, budgets or seeds trains only the new cells.`,
		Example: `  ziplaw import quick.ziplaw
  ziplaw import quick.ziplaw --output json | jq -r .study`,
		Args: console.Exactly(1),
		RunE: a.importFile,
	}
}

func (a *app) importFile(c *cobra.Command, args []string) error {
	file := console.Path{}
	if err := file.Set(args[0]); err != nil {
		return err
	}
	f, err := os.Open(file.At)
	if err != nil {
		return console.Usage("FILE", "a file that ziplaw export wrote", "%v", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return console.Usage("FILE", "a file that ziplaw export wrote", "%s is no file that can be read twice", file.Given)
	}
	ctx, stop := console.UntilSignal(c.Context())
	defer stop()
	checked, err := a.checkFile(ctx, f, info.Size())
	if err != nil {
		return console.Interrupted(ctx, err)
	}
	return a.WithSession(func(ctx context.Context, s *console.Session, _ []string) error {
		return a.take(ctx, s, checked, f, file)
	})(c, args)
}

// stoppable reads until a context ends.
type stoppable struct {
	io.Reader
	ctx context.Context
}

func (s stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.Reader.Read(p)
}

func (a *app) checkFile(ctx context.Context, f *os.File, size int64) (bundle.Checked, error) {
	bar := a.NewReadingBar("check "+filepath.Base(f.Name()), size)
	defer bar.End()
	return bundle.Check(stoppable{f, ctx}, bar.Add)
}

// take puts a checked file into the store.
func (a *app) take(ctx context.Context, s *console.Session, checked bundle.Checked, f *os.File, file console.Path) error {
	if err := roomFor(s, checked.Manifest.Bytes()); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	bar := a.NewReadingBar("import "+checked.Manifest.Study, checked.Manifest.Bytes())
	done, err := upkeep.Import(ctx, s.Store, checked, stoppable{f, ctx}, bar.Add)
	bar.End()
	if err != nil {
		return err
	}
	r := transferJSON{Study: done.Study, Version: done.Version, File: file.At, Bytes: done.Bytes, Objects: done.Objects, Already: done.Already}
	return a.Value(r, func(w io.Writer) error {
		what := "is here"
		if r.Already {
			what = "was here already"
		}
		_, err := fmt.Fprintf(w, "%s, version %s, %s: %s in %s objects\nziplaw status %s shows what it found\n", r.Study, r.Version.Short(), what,
			humanize.Bytes(uint64(r.Bytes)), humanize.Comma(int64(r.Objects)), r.Study)
		return err
	})
}

// room says that the disk of the data folder can't take some bytes.
func roomFor(s *console.Session, bytes int64) error {
	if s.Servers == nil {
		return nil
	}
	free, err := console.FreeBytes(s.Servers.Dir())
	if err != nil || free >= bytes+console.LeastRoom {
		return nil //nolint:nilerr // nobody knows, and the store will say it
	}
	return &ziplaw.Error{Code: ziplaw.CodeStore, Message: fmt.Sprintf("the study has %s, and the disk of %s has room for %s",
		humanize.IBytes(uint64(bytes)), s.Servers.Dir(), humanize.IBytes(uint64(free))), Hint: "make room, or name another folder with --data-dir"}
}

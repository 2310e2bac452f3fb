package infra

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
	"golang.org/x/sys/unix"

	"github.com/ziplaw/ziplaw"
)

// checkStore reports a folder without a store, in which there can be no study.
func checkStore(dir string) error {
	_, err := os.Stat(filepath.Join(dir, storeFolder, objectsFolder))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: "there is no study in " + dir,
			Hint: "ziplaw run makes one; --data-dir names another folder"}
	case errors.Is(err, unix.ENOTDIR):
		return &ziplaw.Error{Code: ziplaw.CodeUsage, Field: "--data-dir", Message: dir + " is no folder", Hint: "name the folder of studies"}
	case err != nil:
		return unreadable(err)
	}
	return nil
}

func unreadable(err error) error {
	return &ziplaw.Error{Code: ziplaw.CodeUsage, Field: "--data-dir", Message: "the folder can't be read: " + err.Error(),
		Hint: "run the command as the folder's owner, or on a copy that is yours"}
}

// readOnly says whether this process may write neither into the folder nor into its database.
func readOnly(dir string) bool {
	if unix.Access(dir, unix.W_OK) != nil {
		return true
	}
	err := unix.Access(filepath.Join(dir, databaseFile), unix.W_OK)
	return err != nil && !errors.Is(err, fs.ErrNotExist)
}

// lookReadOnly opens a folder that can't be written. It joins the servers that run there, or starts its own: on the
// folder's store, which they read, and on a copy of Temporal's state, which goes when they close.
func lookReadOnly(ctx context.Context, dir string, o Options) (*Servers, error) {
	if s, _, err := join(ctx, dir); err == nil {
		return s, nil
	}
	s := &Servers{owner: true, dir: dir, lost: make(chan struct{})}
	err := s.startAside(ctx, dir, o)
	if err != nil {
		s.Close()
		return nil, err
	}
	s.dir = dir
	return s, nil
}

// startAside starts servers in a temporary folder with a copy of another one's state.
func (s *Servers) startAside(ctx context.Context, dir string, o Options) error {
	aside, err := os.MkdirTemp("", "ziplaw-look-*")
	if err != nil {
		return noCopy(err)
	}
	s.dir = aside
	s.stop = append(s.stop, func() { _ = os.RemoveAll(aside) })
	if err := checkPath(aside); err != nil {
		return noCopy(err)
	}
	release, err := share(dir)
	if err != nil {
		return err
	}
	err = copyState(dir, aside)
	release()
	if err != nil {
		return err
	}
	if err := leaveOlder(dir, aside, o.Note); err != nil {
		return err
	}
	return s.start(ctx, o)
}

// leaveOlder takes the copy of a database away that the servers can't go on with, and says so.
func leaveOlder(dir, aside string, note func(string)) error {
	file := filepath.Join(aside, databaseFile)
	if _, err := os.Stat(file); err != nil {
		return nil //nolint:nilerr // there is none
	}
	older, err := isOlder(file)
	if err != nil || !older {
		return err
	}
	by, err := readWriter(dir)
	if err != nil {
		return err
	}
	if note != nil {
		note(olderNote(filepath.Join(dir, databaseFile), by))
	}
	return errors.Join(os.Remove(file), os.RemoveAll(file+"-wal"), os.RemoveAll(file+"-shm"))
}

// share keeps others from starting servers on the folder until release. Where a process runs some that we couldn't join it
// is an error: what they write can't be copied. A lock that we may not open tells nothing.
func share(dir string) (release func(), err error) {
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetFlag(os.O_RDONLY))
	release = func() { _ = lock.Close() }
	if free, err := lock.TryRLock(); err == nil && !free {
		release()
		return nil, &ziplaw.Error{Code: ziplaw.CodeDataDirHeld, Message: "another process runs the servers of " + dir + ", and this one can't join them",
			Hint: "run the command as the user of that process, or when it has ended"}
	}
	return release, nil
}

// copyState makes a folder with what servers need to start on another one: its store, and copies of the rest.
func copyState(dir, aside string) error {
	if err := checkWriter(filepath.Join(dir, databaseFile)); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(aside, logFolder), 0o700); err != nil {
		return noCopy(err)
	}
	if err := os.Symlink(filepath.Join(dir, storeFolder), filepath.Join(aside, storeFolder)); err != nil {
		return noCopy(err)
	}
	for _, name := range []string{databaseFile, databaseFile + "-wal", writerFile, ownershipFile} {
		if err := copyFile(filepath.Join(dir, name), filepath.Join(aside, name)); err != nil {
			return err
		}
	}
	file := filepath.Join(aside, databaseFile)
	if _, err := os.Stat(file); err != nil {
		return nil //nolint:nilerr // a folder without a database: a new one is made aside
	}
	if errors.Is(inspect(file), errDamaged) {
		return damagedDatabase(filepath.Join(dir, databaseFile))
	}
	return nil
}

// copyFile copies a file if there is one.
func copyFile(from, to string) error {
	source, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return unreadable(err)
	}
	defer func() { _ = source.Close() }()
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return noCopy(err)
	}
	_, err = io.Copy(f, source)
	if err := errors.Join(err, f.Close()); err != nil {
		return noCopy(err)
	}
	return nil
}

func noCopy(err error) error {
	return &ziplaw.Error{Code: ziplaw.CodeUsage, Field: "--data-dir",
		Message: fmt.Sprintf("the folder can't be written, and its state can't be copied to a temporary folder: %v", err),
		Hint:    "allow writing into the folder, or set TMPDIR to a folder with room"}
}

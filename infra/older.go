package infra

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.temporal.io/server/common/headers"
)

// isOlder says whether a database has a schema that this program's server can't work with. A newer server's is told before by who
// wrote it, so one that lacks something is an older server's.
func isOlder(file string) (bool, error) {
	missing, err := missingParts(file)
	return len(missing) > 0, err
}

// moveAside gives a database of an older server another name, with what SQLite has laid beside it.
func moveAside(file string) (aside string, err error) {
	if aside, err = asideName(file); err != nil {
		return "", err
	}
	for _, end := range []string{"-wal", "-shm", ""} { // the database last: until then a next start finds all of it
		if err := os.Rename(file+end, aside+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}

// asideName is a name that no file has, such as temporal.db.before-1.32.1.
func asideName(file string) (string, error) {
	name := file + ".before-" + headers.ServerVersion
	for i := 2; ; i++ {
		_, err := os.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			return name, nil
		}
		if err != nil {
			return "", err
		}
		name = fmt.Sprintf("%s.before-%s-%d", file, headers.ServerVersion, i)
	}
}

// movedNote tells whoever starts the servers what has become of an older database.
func movedNote(file, aside string, by writer) string {
	return fmt.Sprintf("%s%s, and Temporal %s can't go on with it: it is now %s, and a new one was made. %s",
		file, writtenBy(by), headers.ServerVersion, filepath.Base(aside), whatRemains)
}

// olderNote tells whoever looks at a folder that can't be written.
func olderNote(file string, by writer) string {
	return fmt.Sprintf("%s%s, and Temporal %s can't read it. %s", file, writtenBy(by), headers.ServerVersion, whatRemains)
}

func writtenBy(by writer) string {
	if by.Server == "" {
		return " is of an older Temporal server"
	}
	return fmt.Sprintf(" is of %s with Temporal %s", by.Program, by.Server)
}

const whatRemains = "Finished studies answer from the store as before; one that was running goes on with ziplaw run SPEC, which takes what is done from the store"

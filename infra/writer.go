package infra

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.temporal.io/server/common/headers"

	"github.com/ziplaw/ziplaw"
)

// writer is who has written a database: the newest server that did, and the program that had it.
type writer struct {
	Server  string `json:"server"` // version of Temporal, such as 1.32.1
	Program string `json:"program"`
}

// writerFile lies beside the database.
const writerFile = "temporal.json"

// ourWriter is this program's server.
func ourWriter(program string) writer { return writer{Server: headers.ServerVersion, Program: program} }

// readWriter reads who wrote the database of a folder; nobody where it isn't known: databases of programs before the file was kept,
// all of them older than this one.
func readWriter(dir string) (w writer, err error) {
	b, err := os.ReadFile(filepath.Join(dir, writerFile))
	if errors.Is(err, fs.ErrNotExist) {
		return w, nil
	}
	if err != nil {
		return w, fmt.Errorf("data folder: %w", err)
	}
	if json.Unmarshal(b, &w) != nil { // it is damaged, and tells nothing
		w = writer{}
	}
	return w, nil
}

// write keeps it beside the database of a folder.
func (w writer) write(dir string) error {
	if was, err := readWriter(dir); err == nil && was == w {
		return nil
	}
	b, err := json.Marshal(w)
	if err == nil {
		err = writeFile(filepath.Join(dir, writerFile), b)
	}
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	return nil
}

// newerThan compares minor releases. Temporal changes its schema, and what it writes into it, with these; the patch releases of one read
// each other's databases.
func (w writer) newerThan(other writer) bool {
	major, minor := w.release()
	otherMajor, otherMinor := other.release()
	return major > otherMajor || major == otherMajor && minor > otherMinor
}

func (w writer) release() (major, minor int) {
	_, _ = fmt.Sscanf(w.Server, "%d.%d", &major, &minor) // 0.0 where it isn't known
	return major, minor
}

// checkWriter reports a database that a newer server has written, without opening it.
func checkWriter(database string) error {
	_, err := os.Stat(database)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	w, err := readWriter(filepath.Dir(database))
	if err == nil && w.newerThan(ourWriter("")) {
		return w.refuseNewer(database)
	}
	return err
}

// refuseNewer is the error of a database that a newer server has written, which stays as it is.
func (w writer) refuseNewer(database string) error {
	return &ziplaw.Error{Code: ziplaw.CodeUsage, Field: "--data-dir",
		Message: fmt.Sprintf("%s was written by %s with Temporal %s, and this program's server is the older %s", database, w.Program, w.Server, headers.ServerVersion),
		Hint:    "use that program or a newer one; nothing was changed. With another --data-dir this one begins anew"}
}

// Package older makes databases as programs with an older Temporal server left them, for tests.
package older

import (
	"bytes"
	"database/sql"
	_ "embed" // of schemas
	"io"
	"os"
	"path/filepath"

	"go.temporal.io/server/common/persistence"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
)

// Server is the version of Temporal whose databases are made.
const Server = "1.29.1"

var (
	//go:embed temporal.sql
	executions []byte
	//go:embed visibility.sql
	visibility []byte
)

// Database makes a file with the older server's schema.
func Database(file string) error {
	all, err := persistence.LoadAndSplitQueryFromReaders([]io.Reader{bytes.NewReader(executions), bytes.NewReader(visibility)})
	if err != nil {
		return err
	}
	db, err := sql.Open(sqliteplugin.PluginName, "file:"+file)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for _, statement := range all {
		if _, err := db.Exec(statement); err != nil {
			return err
		}
	}
	return nil
}

// Replace puts one in the place of a data folder's database, whose servers have ended, with the note of who wrote it.
func Replace(dir string) error {
	file := filepath.Join(dir, "temporal.db")
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.RemoveAll(file + end); err != nil {
			return err
		}
	}
	if err := Wrote(dir, Server, "ziplaw v0.1"); err != nil {
		return err
	}
	return Database(file)
}

// Wrote leaves the note that a program wrote a data folder's database.
func Wrote(dir, server, program string) error {
	text := `{"server": "` + server + `", "program": "` + program + `"}`
	return os.WriteFile(filepath.Join(dir, "temporal.json"), []byte(text), 0o600)
}

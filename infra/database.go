package infra

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.temporal.io/server/common/config"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	sqliteschema "go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ziplaw/ziplaw"
)

// databaseFile holds Temporal's state in the data folder.
const databaseFile = "temporal.db"

// maxPath is how long the data folder's path may be in bytes: SQLite takes 512 with the names of its files.
const maxPath = 480

// checkPath reports a data folder whose files SQLite can't open.
func checkPath(dir string) error {
	if len(dir) <= maxPath {
		return nil
	}
	return &ziplaw.Error{
		Code: ziplaw.CodeUsage, Field: "--data-dir", Message: fmt.Sprintf("the folder's path has %d bytes, and may have %d", len(dir), maxPath),
		Hint: "name a folder with a shorter path",
	}
}

// sqlPath escapes what means something in SQLite's URIs.
var sqlPath = strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23")

// openDatabase makes the SQLite file with its schema and namespace where it isn't there, or is an older server's. The schema is built
// aside and renamed, so that a kill leaves no half schema.
func openDatabase(file, program string, note func(string)) (*config.SQL, error) {
	if err := makeRoom(file, note); err != nil {
		return nil, err
	}
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		if err := buildSchema(file); err != nil {
			return nil, fmt.Errorf("Temporal server: make %s: %w", file, err)
		}
	}
	if err := ourWriter(program).write(filepath.Dir(file)); err != nil {
		return nil, err
	}
	c := &config.SQL{PluginName: sqliteplugin.PluginName, DatabaseName: sqlPath.Replace(file), ConnectAttributes: map[string]string{
		"mode": "rwc", "journal_mode": "wal", "synchronous": "normal", "busy_timeout": "10000",
	}}
	ns, err := sqliteschema.NewNamespaceConfig(clusterName, namespace, false, searchAttributes)
	if err != nil {
		return nil, fmt.Errorf("Temporal server: %w", err)
	}
	ns.Detail.Config.Retention = durationpb.New(retention)
	if err := sqliteschema.CreateNamespaces(c, ns); err != nil {
		return nil, fmt.Errorf("Temporal server: %s: %w", file, err)
	}
	return c, nil
}

// makeRoom looks at the database that is there, if one is. One of an older server is moved aside, and told; one of a newer server is an
// error, and isn't opened.
func makeRoom(file string, note func(string)) error {
	switch _, err := os.Stat(file); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("Temporal server: %w", err)
	}
	if err := checkWriter(file); err != nil {
		return err
	}
	if err := checkDatabase(file); err != nil {
		return err
	}
	older, err := isOlder(file)
	if err != nil || !older {
		return databaseError(file, err)
	}
	by, err := readWriter(filepath.Dir(file))
	if err != nil {
		return err
	}
	aside, err := moveAside(file)
	if err != nil {
		return fmt.Errorf("Temporal server: move the database of an older one aside: %w", err)
	}
	if note != nil {
		note(movedNote(file, aside, by))
	}
	return nil
}

// buildSchema uses no write-ahead log: the server's pool never closes it, and it would stay behind.
func buildSchema(file string) error {
	aside := file + ".new"
	if err := os.Remove(aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	// Left by a database that was deleted without them, they would be taken for the new one's.
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.Remove(file + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := create(aside); err != nil { // SQLite gives the mode to the files beside it
		return err
	}
	c := &config.SQL{PluginName: sqliteplugin.PluginName, DatabaseName: sqlPath.Replace(aside), ConnectAttributes: map[string]string{"mode": "rwc"}}
	if err := sqliteschema.SetupSchema(c); err != nil {
		return err
	}
	return os.Rename(aside, file)
}

// errDamaged is a database that can't be read, or has no tables of Temporal's.
var errDamaged = errors.New("is damaged")

// checkDatabase reports a file that is no database of Temporal's any more.
func checkDatabase(file string) error {
	return databaseError(file, inspect(file))
}

// databaseError is what an error of reading a database means.
func databaseError(file string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errDamaged):
		return damagedDatabase(file)
	}
	return fmt.Errorf("Temporal server: %s: %w", file, err)
}

func openSQLite(file string) (*sql.DB, error) {
	return sql.Open(sqliteplugin.PluginName, "file:"+sqlPath.Replace(file)+"?mode=rw&_pragma=busy_timeout%3d10000")
}

func damagedDatabase(file string) error {
	what := errDamaged.Error()
	if info, err := os.Stat(file); err == nil && info.Size() == 0 {
		what = "is empty"
	}
	return damaged(file, what, "finished studies, trained cells and checkpoints are in the store; only which studies were running is lost, "+
		"and ziplaw run goes on with each")
}

// wholeCheck is up to which size a database is read as a whole before the server starts, which takes a second for each GiB. What is
// damaged in a larger one may come to light later.
const wholeCheck = 1 << 30

// inspect looks for Temporal's tables, and through the pages of a file that isn't large.
func inspect(file string) error {
	db, err := openSQLite(file)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	var n int
	if err := db.QueryRow("SELECT count(*) FROM namespaces").Scan(&n); err != nil {
		return damage(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Size() > wholeCheck {
		return err
	}
	var answer string
	if err := db.QueryRow("PRAGMA quick_check(1)").Scan(&answer); err != nil {
		return damage(err)
	}
	if answer != "ok" {
		return errDamaged
	}
	return nil
}

// SQLite's primary result codes of files that aren't what they should be: a missing table, a malformed page, no database.
const sqliteError, sqliteCorrupt, sqliteNotADB = 1, 11, 26

// damage tells errors of a damaged file from those of reading it.
func damage(err error) error {
	if coded, ok := errors.AsType[interface {
		error
		Code() int
	}](err); ok {
		switch coded.Code() & 0xff {
		case sqliteError, sqliteCorrupt, sqliteNotADB:
			return errDamaged
		}
	}
	return err
}

package infra

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/infra/infratest/older"
)

// statementsOn runs SQL on a database.
func statementsOn(t *testing.T, file string, statements ...string) {
	t.Helper()
	db, err := sql.Open(sqliteplugin.PluginName, "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// build makes a database of this server's schema, then changes it.
func build(statements ...string) func(*testing.T, string) {
	return func(t *testing.T, file string) {
		t.Helper()
		other := filepath.Join(t.TempDir(), "other.db") // what the server's pool knows by one name isn't made again by it
		if err := buildSchema(other); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(other, file); err != nil {
			t.Fatal(err)
		}
		statementsOn(t, file, statements...)
	}
}

// TestOlderDatabases are moved aside with a word on what remains; those that this server can go on with stay.
func TestOlderDatabases(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		make   func(*testing.T, string)
		server string // that wrote it, empty where nobody knows
		moved  bool
	}{
		{"this server's", build(), ourWriter("").Server, false},
		{"this server's, before its version was kept", build(), "", false},
		{"of an older server with the same schema", build(), "1.29.1", false},
		{"of a later patch release", build(), "1.32.99", false},
		{"with a table of somebody else's", build("CREATE TABLE notes (a TEXT)"), "1.32.1", false},
		{"version 0.10 of the schema", build("DROP TABLE current_chasm_executions"), "1.30.0", true},
		{"version 0.9 of the schema", build("DROP TABLE current_chasm_executions", "DROP TABLE tasks_v2", "DROP TABLE task_queues_v2"), "1.28.0", true},
		{"visibility without a column", build("DROP INDEX by_temporal_bool_01", "ALTER TABLE executions_visibility DROP COLUMN TemporalBool01"), "", true},
		{"a column of another type", build("DROP TABLE queue_metadata", "CREATE TABLE queue_metadata (queue_type INT, data TEXT, data_encoding VARCHAR(16), version BIGINT)"), "", true},
		{"an index less", build("DROP INDEX by_temporal_int_01"), "", true},
		{"of 1.29.1", func(t *testing.T, file string) {
			t.Helper()
			if err := older.Database(file); err != nil {
				t.Fatal(err)
			}
		}, "1.29.1", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, databaseFile)
			c.make(t, file)
			if c.server != "" {
				wrote(t, dir, c.server)
			}
			before := content(t, file)
			notes := made(t, file)
			if !c.moved {
				if len(notes) > 0 {
					t.Errorf("it says %q", notes)
				}
				return
			}
			aside := file + ".before-1.32.1"
			if !bytes.Equal(content(t, aside), before) {
				t.Error("the old database has changed")
			}
			wants := []string{"temporal.db.before-1.32.1", "Finished studies answer from the store", "ziplaw run SPEC"}
			if c.server != "" {
				wants = append(wants, "ziplaw v0.1 with Temporal "+c.server)
			}
			for _, want := range wants {
				if len(notes) != 1 || !strings.Contains(notes[0], want) {
					t.Errorf("no %q in %q", want, notes)
				}
			}
			if again := made(t, file); len(again) > 0 {
				t.Errorf("the next start says %q", again)
			}
		})
	}
}

// made opens a folder's database and returns what is said of it. It is this server's then.
func made(t *testing.T, file string) (notes []string) {
	t.Helper()
	if _, err := openDatabase(file, "ziplaw test", func(s string) { notes = append(notes, s) }); err != nil {
		t.Fatal(err)
	}
	if missing, err := missingParts(file); err != nil || len(missing) > 0 {
		t.Errorf("missing %v, %v", missing, err)
	}
	if by, err := readWriter(filepath.Dir(file)); err != nil || by != ourWriter("ziplaw test") {
		t.Errorf("written by %+v, %v", by, err)
	}
	return notes
}

func wrote(t *testing.T, dir, server string) {
	t.Helper()
	if err := older.Wrote(dir, server, "ziplaw v0.1"); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestTwoOlderDatabases get names of their own, and take along what SQLite has laid beside them.
func TestTwoOlderDatabases(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, databaseFile)
	for _, text := range []string{"first", "second", "third"} {
		for _, end := range []string{"", "-wal"} {
			if err := os.WriteFile(file+end, []byte(text+end), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		aside, err := moveAside(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(content(t, aside)) != text || string(content(t, aside+"-wal")) != text+"-wal" {
			t.Errorf("%s has something else than the %s", aside, text)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 6 {
		t.Errorf("%v, %v", left, err)
	}
}

// past is when nobody has written the database.
var past = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// TestNewerDatabase is refused with the name of the program that wrote it, and no byte of the folder changes.
func TestNewerDatabase(t *testing.T) {
	for _, server := range []string{"1.33.0", "1.100.2", "2.0.0"} {
		dir := t.TempDir()
		file := filepath.Join(dir, databaseFile)
		build()(t, file)
		if err := older.Wrote(dir, server, "ziplaw v9.1 (abc)"); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, past, past); err != nil {
			t.Fatal(err)
		}
		before, by := content(t, file), content(t, filepath.Join(dir, writerFile))
		_, opened := openDatabase(file, "ziplaw test", func(s string) { t.Errorf("it says %q", s) })
		for _, err := range []error{opened, copyState(dir, t.TempDir())} {
			e := ziplaw.AsError(err)
			if e == nil || e.Code != ziplaw.CodeUsage || !strings.Contains(e.Message, "ziplaw v9.1 (abc) with Temporal "+server) || e.Hint == "" {
				t.Errorf("%s: %+v", server, e)
			}
		}
		left, err := os.ReadDir(dir)
		if err != nil || len(left) != 2 || !bytes.Equal(content(t, file), before) || !bytes.Equal(content(t, filepath.Join(dir, writerFile)), by) {
			t.Errorf("%s: the folder has changed: %v, %v", server, left, err)
		}
		if info, err := os.Stat(file); err != nil || !info.ModTime().Equal(past) {
			t.Errorf("%s: the database was written at %v, %v", server, info.ModTime(), err)
		}
	}
}

// TestNewerServersNote without a database is no obstacle: it was deleted.
func TestNewerServersNote(t *testing.T) {
	dir := t.TempDir()
	wrote(t, dir, "1.99.0")
	if notes := made(t, filepath.Join(dir, databaseFile)); len(notes) > 0 {
		t.Errorf("it says %q", notes)
	}
}

// TestServersAfterOlderOnes starts the servers on an older one's database, and again.
func TestServersAfterOlderOnes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	startHolder(t, dir).close(t)
	if err := older.Replace(dir); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		h := startHolder(t, dir)
		joined(t, dir).Close()
		h.close(t)
	}
	if all, err := filepath.Glob(filepath.Join(dir, databaseFile+".before*")); err != nil || len(all) != 1 {
		t.Errorf("moved aside: %v, %v", all, err)
	}
	if err := older.Wrote(dir, "1.40.0", "ziplaw v9"); err != nil {
		t.Fatal(err)
	}
	if said := refusal(t, dir); !strings.Contains(said, "ziplaw v9 with Temporal 1.40.0") {
		t.Errorf("it says %q", said)
	}
}

// TestLookingAtOlderDatabase leaves it where it is, in a folder that can't be written.
func TestLookingAtOlderDatabase(t *testing.T) {
	dir, aside := t.TempDir(), t.TempDir()
	if err := older.Replace(dir); err != nil {
		t.Fatal(err)
	}
	if err := copyState(dir, aside); err != nil {
		t.Fatal(err)
	}
	var notes []string
	if err := leaveOlder(dir, aside, func(s string) { notes = append(notes, s) }); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(aside, databaseFile)); err == nil {
		t.Error("the copy is still there")
	}
	if len(notes) != 1 || !strings.Contains(notes[0], filepath.Join(dir, databaseFile)+" is of ziplaw v0.1 with Temporal 1.29.1") {
		t.Errorf("it says %q", notes)
	}
}

// BenchmarkSchema measures what the look at a database's schema adds to every start.
func BenchmarkSchema(b *testing.B) {
	file := filepath.Join(b.TempDir(), databaseFile)
	if err := buildSchema(file); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if missing, err := missingParts(file); err != nil || len(missing) > 0 {
			b.Fatal(missing, err)
		}
	}
}

package infra

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"

	"github.com/ziplaw/ziplaw"
)

// TestFolderNames keeps the state of a folder within it, whatever its name means in a URI.
func TestFolderNames(t *testing.T) {
	for _, name := range []string{"a#b", "a?b", "a%20b", "ü; a%3fmode=memory&c=d"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			above := t.TempDir()
			dir := filepath.Join(above, name)
			startHolder(t, dir).close(t)
			startHolder(t, dir).kill()
			if _, err := os.Stat(filepath.Join(dir, databaseFile)); err != nil {
				t.Error(err)
			}
			if all, err := os.ReadDir(above); err != nil || len(all) != 1 {
				t.Errorf("beside the folder: %v, %v", all, err)
			}
		})
	}
}

// TestLongPaths opens a folder with the longest path, and refuses a longer one before it is made.
func TestLongPaths(t *testing.T) {
	above := filepath.Join(t.TempDir(), strings.Repeat("x", 200))
	longest := filepath.Join(above, strings.Repeat("y", maxPath-1-len(above)-1-1), "z")
	startHolder(t, longest).close(t)
	longer := longest + "z"
	_, err := Open(t.Context(), Options{DataDir: longer})
	if e := ziplaw.AsError(err); e == nil || e.Code != ziplaw.CodeUsage || e.Field != "--data-dir" || !strings.Contains(e.Message, "481 bytes") {
		t.Errorf("a path that is too long gives %v", err)
	}
	if _, err := os.Stat(longer); err == nil {
		t.Error("it made the folder")
	}
}

// TestDamagedFiles are told by their names, with a remedy that works.
func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	startHolder(t, dir).close(t)
	for _, c := range []struct {
		name, file string
		damage     func([]byte) []byte
		says       string
	}{
		{"empty database", databaseFile, func([]byte) []byte { return nil }, "is empty"},
		{"cut database", databaseFile, func(b []byte) []byte { return b[:len(b)/3] }, "is damaged"},
		{"text for a database", databaseFile, func([]byte) []byte { return []byte(strings.Repeat("text\n", 1000)) }, "is damaged"},
		{"overwritten pages", databaseFile, func(b []byte) []byte { copy(b[12<<10:], bytes.Repeat([]byte("zeroes"), 9000)); return b }, "is damaged"},
		{"cut keys", "credentials.json", func(b []byte) []byte { return b[:len(b)/2] }, "is damaged"},
		{"cut certificate", doorFile, func(b []byte) []byte { return b[:len(b)/2] }, "is damaged"},
		{"no keys", "credentials.json", func([]byte) []byte { return []byte("{}") }, "is damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(dir, c.file)
			whole, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, end := range []string{"-wal", "-shm"} {
				_ = os.Remove(filepath.Join(dir, databaseFile) + end)
			}
			if err := os.WriteFile(file, c.damage(whole), 0o600); err != nil {
				t.Fatal(err)
			}
			said := refusal(t, dir)
			for _, want := range []string{file, c.says, "delete the file, which is safe"} {
				if !strings.Contains(said, want) {
					t.Errorf("no %q in %q", want, said)
				}
			}
			if strings.Contains(said, "SQL ") || strings.Contains(said, "goroutine") {
				t.Errorf("it says %q", said)
			}
			if err := os.WriteFile(file, whole, 0o600); err != nil {
				t.Fatal(err)
			}
		})
	}
	for _, name := range []string{databaseFile, "credentials.json", doorFile} { // the remedy
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		startHolder(t, dir).close(t)
	}
}

// TestDeepDamage: a damaged page is told wherever it lies in a large database.
func TestDeepDamage(t *testing.T) {
	file := filepath.Join(t.TempDir(), databaseFile)
	if err := buildSchema(file); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open(sqliteplugin.PluginName, "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"CREATE TABLE filler (a TEXT PRIMARY KEY, b BLOB)",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 24000) INSERT INTO filler SELECT printf('%08d', i * 7919 % 24001), zeroblob(1000) FROM n",
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := checkDatabase(file); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil || info.Size() < 20<<20 {
		t.Fatalf("%d bytes, %v", info.Size(), err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte("zeroes"), 9000), 18<<20); err != nil {
		t.Fatal(err)
	}
	if err := checkDatabase(file); err == nil || !strings.Contains(err.Error(), "is damaged") {
		t.Errorf("%v", err)
	}
}

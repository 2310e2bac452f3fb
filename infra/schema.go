package infra

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	sqliteschema "go.temporal.io/server/schema/sqlite"
)

// The server has no migration for SQLite, and keeps no version of the schema in the database: its plugin makes no table schema_version
// and takes every database for one of its own. The versions that it has in its code don't help either, since the schema of
// visibility has changed under one of them. So a database is held to the schema itself: the server can work with one that has all
// of its tables, columns, indexes and triggers.

// schemaPart is a table's column with its type, an index or a trigger.
type schemaPart struct{ kind, of, name string }

func (p schemaPart) String() string {
	if p.kind != "column" {
		return p.kind + " " + p.name
	}
	return "column " + p.name + " of " + p.of
}

// missingParts are what this program's server has in its schema, and a database hasn't.
func missingParts(file string) ([]schemaPart, error) {
	ours, err := ourSchema()
	if err != nil {
		return nil, fmt.Errorf("schema of the Temporal server: %w", err)
	}
	db, err := openSQLite(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	theirs, err := schemaParts(db)
	if err != nil {
		return nil, damage(err)
	}
	maps.DeleteFunc(ours, func(p schemaPart, _ bool) bool { return theirs[p] })
	return slices.SortedFunc(maps.Keys(ours), func(a, b schemaPart) int { return strings.Compare(a.String(), b.String()) }), nil
}

// ourSchema makes the schema in memory and looks at it.
func ourSchema() (map[schemaPart]bool, error) {
	db, err := sql.Open(sqliteplugin.PluginName, ":memory:")
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1) // each would have a memory of its own
	if err := sqliteschema.SetupSchemaOnDB(statements{db: db}); err != nil {
		return nil, err
	}
	return schemaParts(db)
}

// statements runs those of the server's schema.
type statements struct {
	sqlplugin.AdminDB
	db *sql.DB
}

func (s statements) Exec(statement string, args ...any) error {
	_, err := s.db.Exec(statement, args...)
	return err
}

const schemaQuery = `SELECT 'column', m.name, c.name || ' ' || upper(c.type) FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table'
UNION SELECT type, tbl_name, name FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL`

func schemaParts(db *sql.DB) (map[schemaPart]bool, error) {
	rows, err := db.Query(schemaQuery)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	parts := map[schemaPart]bool{}
	for rows.Next() {
		var p schemaPart
		if err := rows.Scan(&p.kind, &p.of, &p.name); err != nil {
			return nil, err
		}
		parts[p] = true
	}
	return parts, rows.Err()
}

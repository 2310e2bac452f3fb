package console

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// ReportDir is the folder of a study's report.
func (a *App) ReportDir(study string) string {
	return filepath.Join(a.Flags.DataDir, "studies", study)
}

// existing is the deepest folder on a path that is there.
func existing(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil || filepath.Dir(dir) == dir {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

// Capacity is what the data folder's file system can still take. Nobody knows that of another store.
func (a *App) Capacity() (int64, error) {
	if a.Flags.Connect {
		return math.MaxInt64, nil
	}
	return FreeBytes(existing(a.Flags.DataDir))
}

// FreeBytes is what the file system of a folder can still take from us.
func FreeBytes(dir string) (int64, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return 0, fmt.Errorf("free space of %s: %w", dir, err)
	}
	return int64(fs.Bavail) * int64(fs.Bsize), nil //nolint:unconvert // its type differs between systems
}

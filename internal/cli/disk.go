package cli

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// freeBytes is what the file system of a folder can still take from us.
func freeBytes(dir string) (int64, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return 0, fmt.Errorf("free space of %s: %w", dir, err)
	}
	return int64(fs.Bavail) * int64(fs.Bsize), nil //nolint:unconvert // its type differs between systems
}

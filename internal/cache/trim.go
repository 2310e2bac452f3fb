package cache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// partial ends the name of a file that is being fetched.
const partial = ".part"

// abandoned is when a file that nobody has written to is no longer being fetched.
const abandoned = time.Hour

// trim removes what was used longest ago until the rest is within the limit, and what a killed process left half-fetched.
// Processes that trim at once remove the same files.
func (c *Cache) trim() error {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return failed(c.dir, err)
	}
	var (
		files []fs.FileInfo
		sum   int64
	)
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() { // gone by now, or not ours
			continue
		}
		if strings.Contains(info.Name(), partial) {
			if time.Since(info.ModTime()) > abandoned {
				err = c.remove(info)
			}
			if err != nil {
				return err
			}
			continue
		}
		files, sum = append(files, info), sum+info.Size()
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, f := range files {
		if sum <= c.limit {
			break
		}
		if err := c.remove(f); err != nil {
			return err
		}
		sum -= f.Size()
	}
	return nil
}

func (c *Cache) remove(f fs.FileInfo) error {
	if err := os.Remove(filepath.Join(c.dir, f.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failed(c.dir, err)
	}
	return nil
}

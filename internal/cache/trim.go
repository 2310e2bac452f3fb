package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ziplaw/ziplaw"
)

// partial ends the name of a file that is being fetched.
const partial = ".part"

// abandoned is when a file that nobody has written to is no longer being fetched.
const abandoned = time.Hour

// trim removes what was used longest ago until the rest is within the limit, and what a killed process left half-fetched. Files
// that no cache writes are left alone.
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
		digest, _, unfinished := strings.Cut(e.Name(), partial)
		if !ours(digest) { // somebody else's
			continue
		}
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() { // gone by now, or not ours
			continue
		}
		if unfinished {
			if time.Since(info.ModTime()) > abandoned {
				err = c.remove(info.Name())
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
		if err := c.remove(f.Name()); err != nil {
			return err
		}
		sum -= f.Size()
	}
	return nil
}

// ours says whether a file's name is that of an artifact.
func ours(name string) bool {
	sum, err := hex.DecodeString(name)
	return err == nil && len(sum) == sha256.Size && ziplaw.IDOfSum(sum).Hex() == name
}

func (c *Cache) remove(name string) error {
	if err := os.Remove(filepath.Join(c.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failed(c.dir, err)
	}
	return nil
}

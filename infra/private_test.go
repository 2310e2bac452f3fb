package infra

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestFilesArePrivate without a umask, in a folder that anybody may read, and where an earlier start left them to all.
func TestFilesArePrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	run := func(umask string) {
		t.Helper()
		cmd := exec.Command("sh", "-c", "umask "+umask+` && exec "$0" </dev/null`, os.Args[0])
		cmd.Env = append(os.Environ(), holdEnv+"="+dir, uiEnv+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || path == dir {
				return err
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			if d.IsDir() && info.Mode().Perm() != 0o700 {
				t.Errorf("umask %s: folder %s %v", umask, path, info.Mode())
			}
			if d.IsDir() && d.Name() == storeFolder { // closed, whatever is in it
				return fs.SkipDir
			}
			if !d.IsDir() && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("umask %s: file %s %v", umask, path, info.Mode())
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	run("000")
	for _, name := range []string{databaseFile, databaseFile + "-wal", "credentials.json", awsFile, doorFile, "logs/server.log"} {
		if err := os.Chmod(filepath.Join(dir, name), 0o644); err != nil && name != databaseFile+"-wal" {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "logs"), 0o755); err != nil {
		t.Fatal(err)
	}
	run("022")
}

package infra

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// create makes a file where there is none, for its owner alone: other people's code that opens it would ask the umask.
func create(name string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// ours are the beginnings of the names of our files in a data folder.
var ours = []string{databaseFile, writerFile, doorFile, awsFile, keysFile, ownershipFile, portsFile, stateFile, lockFile}

// protect gives what is in a data folder to its owner alone, whatever an earlier start left. The folder itself may be open, as it
// holds reports that others read.
func protect(dir string) error {
	all := map[string]fs.FileMode{filepath.Join(dir, logFolder): 0o700, filepath.Join(dir, storeFolder): 0o700}
	logs, err1 := os.ReadDir(filepath.Join(dir, logFolder))
	files, err2 := os.ReadDir(dir)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	for _, e := range logs {
		all[filepath.Join(dir, logFolder, e.Name())] = 0o600
	}
	for _, e := range files {
		if slices.ContainsFunc(ours, func(name string) bool { return strings.HasPrefix(e.Name(), name) }) {
			all[filepath.Join(dir, e.Name())] = 0o600
		}
	}
	for name, mode := range all {
		if err := narrow(name, mode); err != nil {
			return err
		}
	}
	return nil
}

// narrow gives a file or folder a mode, where it is one and has more rights. What belongs to another user is his to protect.
func narrow(name string, mode fs.FileMode) error {
	info, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && (info.Mode()&fs.ModeSymlink != 0 || info.Mode().Perm()&^mode == 0) {
		return nil
	}
	if err == nil {
		err = os.Chmod(name, mode)
	}
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

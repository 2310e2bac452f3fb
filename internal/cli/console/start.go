package console

import (
	"fmt"
	"os"
	"path/filepath"
)

// started is the folder that the program was started in. It is read once, before anything else: the S3 server changes the working
// directory of the process.
var started, errStarted = os.Getwd()

// Absolute is a path as seen from where the program was started.
func Absolute(path string) (string, error) {
	if filepath.IsAbs(path) {
		return filepath.Clean(path), nil
	}
	if errStarted != nil {
		return "", fmt.Errorf("the folder that %s is relative to: %w", path, errStarted)
	}
	return filepath.Join(started, path), nil
}

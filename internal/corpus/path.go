package corpus

import (
	"context"
	"path"
	"strings"
)

// AnchorPath does for the path of one file what AnchorInclude does for a pattern. No character of a path is a wildcard.
func AnchorPath(dir, file string) string {
	if !strings.HasPrefix(file, "/") && !strings.HasPrefix(file, "${") {
		file = dir + "/" + file
	}
	if strings.Contains(file, "${") { // .. may lead back from a variable, which may stand for several folders
		return file
	}
	return path.Clean(file)
}

// ExpandPath puts environment variables into the path of one file, which must be absolute then. Errors are *VariableError and
// *RelativeError.
func ExpandPath(ctx context.Context, file string) (string, error) {
	text, err := substitute(ctx, file, func(value string) string { return value })
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(text, "/") {
		return "", &RelativeError{Pattern: file, Expanded: text}
	}
	return path.Clean(text), nil
}

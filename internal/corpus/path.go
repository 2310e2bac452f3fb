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

// ExpandPath puts environment variables into the path of one file, which must be absolute then. Errors are *VariableError,
// *RelativeError and *NotAllowedError.
func ExpandPath(ctx context.Context, file string, access Access) (string, error) {
	text, err := substitute(ctx, file, func(value string) string { return value }, access)
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(text, "/") {
		return "", &RelativeError{Pattern: file, Expanded: text}
	}
	return path.Clean(text), access.Check(path.Clean(text))
}

package corpus

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// expandAll puts environment variables into patterns, cleans them, and checks their syntax. They must be absolute then.
func expandAll(ctx context.Context, patterns []string, access Access) ([]string, error) {
	expanded := make([]string, len(patterns))
	for i, pattern := range patterns {
		text, err := substitute(ctx, pattern, Literal, access)
		if err != nil {
			return nil, err
		}
		if !doublestar.ValidatePattern(text) || strings.ContainsRune(text, 0) {
			return nil, &PatternError{Pattern: pattern}
		}
		cleaned, ok := clean(text)
		if !ok {
			return nil, &PatternError{Pattern: pattern, Back: true}
		}
		if !strings.HasPrefix(cleaned, "/") {
			return nil, &RelativeError{Pattern: pattern, Expanded: text}
		}
		expanded[i] = cleaned
	}
	return expanded, nil
}

// substitute replaces ${NAME} by what a function makes of the variable's value: in a pattern it is taken as it is, and no
// character of it is a wildcard.
func substitute(ctx context.Context, pattern string, of func(value string) string, access Access) (string, error) {
	var text strings.Builder
	for rest := pattern; ; {
		before, after, found := strings.Cut(rest, "${")
		text.WriteString(before)
		if !found {
			return text.String(), nil
		}
		name, next, closed := strings.Cut(after, "}")
		if !closed || name == "" {
			return "", &PatternError{Pattern: pattern}
		}
		if err := access.variable(name); err != nil {
			return "", err
		}
		value, err := variable(ctx, name)
		if err != nil {
			return "", &VariableError{Pattern: pattern, Name: name, Err: err}
		}
		text.WriteString(of(value))
		rest = next
	}
}

// Literal is the pattern that matches a path and nothing else.
func Literal(value string) string {
	var text strings.Builder
	for _, r := range strings.ReplaceAll(value, string(os.PathSeparator), "/") {
		if strings.ContainsRune(`\*?[]{}`, r) {
			text.WriteByte('\\')
		}
		text.WriteRune(r)
	}
	return text.String()
}

// variable reads an environment variable. Where GOROOT isn't set, it is what the
// go command says.
func variable(ctx context.Context, name string) (string, error) {
	if value := os.Getenv(name); value != "" {
		return value, nil
	}
	if name != "GOROOT" {
		return "", errors.New("it is not set")
	}
	// A go.mod in the current folder may choose another Go.
	command := exec.CommandContext(ctx, "go", "env", "GOROOT")
	command.Dir = os.TempDir()
	output, err := command.Output()
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(output)), nil
}

package corpus

import (
	"path"
	"strings"
)

// AnchorInclude makes a pattern of files to take independent of the folder that the process stands in: a relative one is below dir,
// which is absolute. One that begins with an environment variable is what the variable makes of it.
func AnchorInclude(dir, pattern string) string {
	if strings.HasPrefix(pattern, "/") || strings.HasPrefix(pattern, "${") {
		return tidy(pattern)
	}
	return tidy(Literal(dir) + "/" + pattern)
}

// AnchorExclude does so for a pattern of files to leave out. One that begins with **/ leaves them out wherever they lie.
func AnchorExclude(dir, pattern string) string {
	if p := tidy(pattern); anywhere(p) {
		return "/" + p
	}
	return AnchorInclude(dir, pattern)
}

// anywhere says whether a pattern of files to leave out is of files wherever they lie.
func anywhere(pattern string) bool { return pattern == "**" || strings.HasPrefix(pattern, "**/") }

// tidy is clean for patterns that it can clean; list says what is wrong with others.
func tidy(pattern string) string {
	if cleaned, ok := clean(pattern); ok {
		return cleaned
	}
	return pattern
}

// clean drops empty parts of a pattern, dots, and what two dots lead back from. It is false where they lead back from a wildcard,
// which may stand for several folders.
func clean(pattern string) (cleaned string, ok bool) {
	var parts []string
	for part := range strings.SplitSeq(pattern, "/") {
		switch last := len(parts) - 1; {
		case part == "" || part == ".":
		case part != "..":
			parts = append(parts, part)
		case last < 0 || parts[last] == "..":
			if !strings.HasPrefix(pattern, "/") {
				parts = append(parts, part)
			}
		case strings.ContainsAny(parts[last], "*?[{$"):
			return "", false
		default:
			parts = parts[:last]
		}
	}
	cleaned = strings.Join(parts, "/")
	if strings.HasPrefix(pattern, "/") {
		cleaned = "/" + cleaned
	}
	return cleaned, true
}

// folderOfZiplaw says whether a folder holds a study's servers: their store, and the keys to it. It is part of no corpus.
func folderOfZiplaw(exists func(name string) bool, folder string) bool {
	return exists(path.Join(folder, "credentials.json")) && exists(path.Join(folder, "s3"))
}

package corpus

import "context"

// Found is what patterns name.
type Found struct {
	Paths      []string // of files, in the order of a Summary
	Bytes      int64    // of all, as they lie there
	Links, Odd []string // as in a Summary
	Unused     []Unused
	Skipped    []error
}

// Find finds files by Options.Include, Exclude and Skip, and opens none. Errors are those of Open.
func Find(ctx context.Context, o Options) (f Found, err error) {
	found, err := list(ctx, o)
	if err != nil {
		return f, err
	}
	f = Found{Links: found.links, Odd: found.odd, Unused: found.unused(), Skipped: found.skipped}
	for _, file := range found.files {
		f.Paths = append(f.Paths, file.path)
		f.Bytes += file.Size
	}
	return f, nil
}

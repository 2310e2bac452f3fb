package activities

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// unchanged holds a data set's files, or its grammar, to those that the study was resolved with: what was resolved is what is
// trained.
func (a *Activities) unchanged(ctx context.Context, in SampleInput, d ziplaw.DataSet, found []byte) error {
	if in.Origin == "" || in.Origin == ziplaw.IDOf(found) {
		return nil
	}
	if d.Grammar != nil {
		return sourcesChanged("data set %s has changed since the study began: its grammar %s is another", d.Name, path.Base(d.Grammar.File))
	}
	before, err := a.Store.Get(ctx, in.Origin)
	if err != nil {
		return err
	}
	return sourcesChanged("files of data set %s have changed since the study began: %s", d.Name, changes(before, found))
}

func sourcesChanged(format string, args ...any) error {
	return &ziplaw.Error{
		Code: ziplaw.CodeSourcesChanged, Message: fmt.Sprintf(format, args...),
		Hint: "start the study again: what is whole is kept, and the changed data is a new version",
	}
}

// mostChanges is how many changed files are named.
const mostChanges = 3

// changes says how two listings of files, a line "sha256 size name" each, differ.
func changes(before, after []byte) string {
	old, now := listed(before), listed(after)
	var all []string
	names := maps.Clone(old)
	maps.Copy(names, now)
	for _, f := range slices.Sorted(maps.Keys(names)) {
		was, had := old[f]
		is, has := now[f]
		switch {
		case had && !has:
			all = append(all, f+" is gone")
		case !had:
			all = append(all, f+" is new")
		case was != is:
			all = append(all, f+" is another")
		}
	}
	if len(all) == 0 { // the same names in another order can't be
		return "their listing is another"
	}
	text := strings.Join(all[:min(len(all), mostChanges)], ", ")
	if more := len(all) - mostChanges; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// listed are the digest and size of each file, by its name.
func listed(listing []byte) map[string]string {
	files := map[string]string{}
	for line := range bytes.Lines(listing) {
		parts := strings.SplitN(strings.TrimSuffix(string(line), "\n"), " ", 3)
		if len(parts) == 3 {
			files[parts[2]] = parts[0] + " " + parts[1]
		}
	}
	return files
}

package plan

import (
	"fmt"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/corpus"
	"github.com/ziplaw/ziplaw/internal/dataset"
)

// Codes of warnings that say what a study's numbers are worth, and so belong to its result.
const (
	warningHeldOutRepeated = "held_out_repeated"
	warningHeldOutNear     = "held_out_near_repeated"
	warningNotText         = "not_text"
	warningSkipped         = "files_skipped"
)

// OfResult says whether a warning belongs to the study's result, beside being told before it runs.
func OfResult(w ziplaw.Warning) bool {
	switch w.Code {
	case warningHeldOutRepeated, warningHeldOutNear, warningNotText, warningSkipped:
		return true
	}
	return false
}

// filesWarnings are of what is odd about a data set's files; grammars have none.
func filesWarnings(name string, src dataset.Source) (all []ziplaw.Warning) {
	files, ok := dataset.Files(src)
	if !ok {
		return nil
	}
	warn := func(code, format string, args ...any) { all = append(all, warning(name, code, format, args...)) }
	for _, u := range files.Unused {
		hint := ""
		if u.Folder {
			hint = fmt.Sprintf(": %q leaves out what lies in that folder", u.Pattern+"/**")
		}
		warn("exclude_unused", "the exclude pattern %q leaves nothing out%s", u.Pattern, hint)
	}
	if n := len(files.Links); n > 0 {
		warn("links_not_followed", "links to folders aren't followed: %s%s", files.Links[0], andMore(n-1))
	}
	if n := len(files.Odd); n > 0 {
		warn("not_files", "pipes, sockets and devices are left out: %s%s", files.Odd[0], andMore(n-1))
	}
	if n := len(files.Skipped); n > 0 {
		warn(warningSkipped, "%d file%s or folder%[2]s left out for an error: %[3]v%[4]s", n, one(n, "", "s"), files.Skipped[0], andMore(n-1))
	}
	for _, noticed := range files.Noticed {
		if !noticed.Text {
			warn(warningNotText, "%d file%s of %s, whose bytes are taken as they are: %s (exclude %s, or let files.encoding: utf-8 find %[5]s)", noticed.Files,
				one(noticed.Files, " is", "s are"), noticed.Kind, noticed.First+andMore(noticed.Files-1), one(noticed.Files, "it", "them"))
		}
	}
	return all
}

// repeatedWarnings are of held-out documents that are in the training documents.
func repeatedWarnings(name string, r corpus.Repeated) (all []ziplaw.Warning) {
	if n := r.Exact; n > 0 {
		all = append(all, warning(name, warningHeldOutRepeated,
			"%d held-out document%s training documents, too, and say nothing of data that a model hasn't seen (files.repeats: drop keeps one of each)", n, one(n, " is one of the", "s are")))
	}
	if n := r.Near; n > 0 {
		all = append(all, warning(name, warningHeldOutNear, "%d held-out document%s a run of %d words with a training document", n, one(n, " shares", "s share"), corpus.NearWords))
	}
	return all
}

func warning(name, code, format string, args ...any) ziplaw.Warning {
	return ziplaw.Warning{Code: code, Message: name + ": " + fmt.Sprintf(format, args...)}
}

func one(n int, single, several string) string {
	if n == 1 {
		return single
	}
	return several
}

func andMore(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

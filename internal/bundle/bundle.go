// Package bundle is the form of a study in one file: a finished version with every record, artifact and entry that leads to its
// numbers. It reads and writes the form and says whether a file is whole; it knows no store.
//
// The file is a tar archive, the same bytes for the same study each time. First comes manifest.json, which names every object that
// follows with its size and digest, and then the objects themselves in the manifest's order, under the names that they have in a
// store:
//
//	artifacts/sha256/ab/cdef…      what is no record, and then the records
//	actions/KEY.json               entries
//	studies/NAME/<version>.json    the finished version
//
// So whoever puts them into a store in that order leaves nothing that points to what isn't there, wherever it stops.
package bundle

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// What a manifest says of its form.
const (
	Format  = "ziplaw-study"
	Version = 1
	// ManifestName is the name of the first file in the archive.
	ManifestName = "manifest.json"
)

// Kinds of objects, in their order.
const (
	Artifact = "artifact" // no record
	Record   = "record"
	Entry    = "entry"
	Finished = "version"
)

var kinds = []string{Artifact, Record, Entry, Finished}

// Object is one object of a bundle.
type Object struct {
	Name   string            `json:"name"`
	Kind   string            `json:"kind"`
	Size   int64             `json:"size"`
	Digest ziplaw.ArtifactID `json:"digest"` // of its bytes
}

// Manifest says what a bundle holds.
type Manifest struct {
	Format  string     `json:"format"`
	Version int        `json:"version"`
	Study   string     `json:"study"`
	Key     ziplaw.Key `json:"study_version"`
	Objects []Object   `json:"objects"`
}

// New is the manifest of objects, in their order.
func New(study string, version ziplaw.Key, objects []Object) Manifest {
	objects = slices.Clone(objects)
	slices.SortFunc(objects, inOrder)
	return Manifest{Format: Format, Version: Version, Study: study, Key: version, Objects: objects}
}

func inOrder(a, b Object) int {
	return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(a.Name, b.Name))
}

// Bytes is the size of all objects.
func (m Manifest) Bytes() (n int64) {
	for _, o := range m.Objects {
		n += o.Size
	}
	return n
}

// bad is the error of a file that is no whole bundle.
func bad(format string, args ...any) error {
	return &ziplaw.Error{Code: ziplaw.CodeCorruptArtifact, Message: "no whole study: " + fmt.Sprintf(format, args...),
		Hint: "copy or export it again; nothing of it was taken"}
}

var (
	hex64       = regexp.MustCompile(`^[0-9a-f]{64}$`)
	studyInName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
)

// Validate reports a manifest that isn't ours, or that names what isn't part of a study.
func (m Manifest) Validate() error {
	switch {
	case m.Format != Format:
		return bad("its manifest is of the format %.40q, not %q", m.Format, Format)
	case m.Version != Version:
		return &ziplaw.Error{Code: ziplaw.CodeCorruptArtifact, Message: fmt.Sprintf("the file has version %d of its form, and this program reads version %d", m.Version, Version),
			Hint: "import it with the program that exported it, or a later one"}
	case !studyInName.MatchString(m.Study):
		return bad("%.100q names no study", m.Study)
	case !hex64.MatchString(string(m.Key)):
		return bad("%.100q is no version", string(m.Key))
	case len(m.Objects) == 0:
		return bad("it names no objects")
	}
	for i, o := range m.Objects {
		if err := m.validate(o); err != nil {
			return err
		}
		if i > 0 && inOrder(m.Objects[i-1], o) >= 0 {
			return bad("%s is out of order", o.Name)
		}
	}
	if last := m.Objects[len(m.Objects)-1]; last.Kind != Finished {
		return bad("it has no finished version")
	}
	return nil
}

// mostSmall is the largest size of an object that is read whole.
const mostSmall = 64 << 20

func (m Manifest) validate(o Object) error {
	if o.Digest.Validate() != nil || o.Size < 0 {
		return bad("%.200q has no digest or no size", o.Name)
	}
	var want string
	switch h := o.Digest.Hex(); o.Kind {
	case Artifact, Record:
		want = "artifacts/sha256/" + h[:2] + "/" + h[2:]
	case Entry:
		key, _ := KeyOf(o.Name)
		want = "actions/" + string(key) + ".json"
	case Finished:
		want = "studies/" + m.Study + "/" + string(m.Key) + ".json"
	default:
		return bad("%.200q is of the kind %.40q", o.Name, o.Kind)
	}
	if o.Name != want {
		return bad("%.200q is no name of its %s", o.Name, o.Kind)
	}
	if o.Kind != Artifact && o.Size > mostSmall {
		return bad("%s has %d bytes, too many for a %s", o.Name, o.Size, o.Kind)
	}
	return nil
}

// KeyOf is the action that an entry's name holds.
func KeyOf(name string) (ziplaw.Key, bool) {
	rest, found := strings.CutPrefix(name, "actions/")
	key, isJSON := strings.CutSuffix(rest, ".json")
	if !found || !isJSON || !hex64.MatchString(key) {
		return "", false
	}
	return ziplaw.Key(key), true
}

package upkeep

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/bundle"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Export is a finished version of a study as it goes into one file.
type Export struct {
	Manifest bundle.Manifest

	store *store.Store
	small map[string][]byte // entries and the finished version
}

// NewExport gathers what belongs to a finished version of a study: its file in the store, as it is, and all that it leads to.
// Something that is missing or damaged is an error.
func NewExport(ctx context.Context, st *store.Store, study string, version ziplaw.Key) (*Export, error) {
	b, found, err := st.GetStudy(ctx, study, string(version))
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("study %s has no finished version %s", study, version)}
	}
	var v ziplaw.StudyVersion
	if err := json.Unmarshal(b, &v); err != nil {
		return nil, incomplete(study, store.StudyName(study, string(version))+" can't be read: "+err.Error())
	}
	e := &Export{store: st, small: map[string][]byte{}}
	objects, err := e.artifacts(ctx, study, v)
	if err != nil {
		return nil, err
	}
	for _, name := range sortedNames(e.small) {
		objects = append(objects, bundle.Object{Name: name, Kind: bundle.Entry, Size: int64(len(e.small[name])), Digest: ziplaw.IDOf(e.small[name])})
	}
	name := store.StudyName(study, string(version))
	e.small[name] = b
	objects = append(objects, bundle.Object{Name: name, Kind: bundle.Finished, Size: int64(len(b)), Digest: ziplaw.IDOf(b)})
	e.Manifest = bundle.New(study, version, objects)
	return e, e.Manifest.Validate()
}

func sortedNames(m map[string][]byte) (names []string) {
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func incomplete(study, what string) error {
	return &ziplaw.Error{Code: ziplaw.CodeCorruptArtifact, Message: fmt.Sprintf("study %s isn't whole: %s", study, what),
		Hint: fmt.Sprintf("ziplaw verify %s --repair makes it again", study)}
}

// artifacts are all artifacts that a version leads to, and it fills in the entries of those that are records.
func (e *Export) artifacts(ctx context.Context, study string, v ziplaw.StudyVersion) ([]bundle.Object, error) {
	g := newGraph(e.store)
	records := map[ziplaw.ArtifactID]bool{}
	objects := []bundle.Object{}
	add := func(id ziplaw.ArtifactID, record bool) {
		o := bundle.Object{Kind: bundle.Artifact, Digest: id}
		if records[id] = record; record {
			o.Kind = bundle.Record
		}
		objects = append(objects, o)
	}
	if err := g.reach(ctx, v.Records(), add); err != nil {
		return nil, err
	}
	if _, there := records[v.Spec]; !there {
		add(v.Spec, false)
	}
	for i := range objects {
		o := &objects[i]
		if o.Digest.Validate() != nil {
			return nil, incomplete(study, fmt.Sprintf("it names %q", o.Digest))
		}
		o.Name = store.ArtifactName(o.Digest)
		if n := g.nodes[o.Digest]; o.Kind == bundle.Record {
			if n.err != nil {
				return nil, incomplete(study, n.err.Error())
			}
			if n.record.Key == "" {
				return nil, incomplete(study, string(o.Digest)+" is no record")
			}
			if err := e.entry(ctx, o.Digest, n.record, records); err != nil {
				return nil, err
			}
		}
	}
	return objects, e.measure(ctx, study, objects)
}

// entry fills in the entry under a record's key: that of the store, where it names a record that goes along, and else one that names
// this record.
func (e *Export) entry(ctx context.Context, id ziplaw.ArtifactID, rec ziplaw.Record, along map[ziplaw.ArtifactID]bool) error {
	entry, found, err := e.store.Entry(ctx, rec.Key)
	if store.IsUnreadable(err) {
		err, found = nil, false
	}
	if err != nil {
		return err
	}
	if !found || !along[entry.Record] {
		entry = store.Entry{Key: rec.Key, Record: id, Attempt: rec.Attempt, Preimage: rec.Preimage}
	}
	b, err := json.Marshal(entry)
	if name := store.EntryName(rec.Key); e.small[name] == nil || entry.Record == id {
		e.small[name] = b
	}
	return err
}

// measure fills in the sizes of artifacts.
func (e *Export) measure(ctx context.Context, study string, objects []bundle.Object) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i := range objects {
		g.Go(func() (err error) {
			o := &objects[i]
			o.Size, err = e.store.Size(ctx, o.Digest)
			if store.IsGone(err) {
				return incomplete(study, err.Error())
			}
			return err
		})
	}
	return g.Wait()
}

// Write writes the file. Artifacts are verified as they are read; progress hears how many bytes were. An error leaves half a file.
func (e *Export) Write(ctx context.Context, w io.Writer, progress func(n int64)) error {
	return bundle.Write(w, e.Manifest, func(o bundle.Object) (io.ReadCloser, error) {
		if b := e.small[o.Name]; b != nil {
			return &counted{io.NopCloser(bytes.NewReader(b)), progress}, nil
		}
		r, err := e.store.Open(ctx, o.Digest)
		return &counted{r, progress}, err
	})
}

// counted tells how much is read.
type counted struct {
	io.ReadCloser
	read func(int64)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if c.read != nil {
		c.read(int64(n))
	}
	return n, err
}

package upkeep

import (
	"context"
	"encoding/json"
	"io"
	"reflect"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/bundle"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Imported is what came of an import.
type Imported struct {
	Study   string     `json:"study"`
	Version ziplaw.Key `json:"version"`
	Amount
	// Already says that this version of the study was there before, whole.
	Already bool `json:"already"`
}

// Import puts a checked bundle into a store: artifacts, records, entries, and last, when everything has been verified where it is now,
// the finished version. Stopped anywhere it can be done again, and goes on where it was. An action that has a result there keeps it.
// Progress hears how many bytes were read.
func Import(ctx context.Context, st *store.Store, c bundle.Checked, file io.Reader, progress func(n int64)) (Imported, error) {
	done := Imported{Study: c.Manifest.Study, Version: c.Manifest.Key}
	already, err := isThere(ctx, st, c)
	if err != nil {
		return done, err
	}
	in := importer{store: st, checked: c}
	err = bundle.Read(file, in.begin, func(o bundle.Object, r io.Reader) error {
		done.add(o.Size)
		return in.object(ctx, o, &counted{io.NopCloser(r), progress})
	})
	if err != nil {
		return done, err
	}
	if err := in.verify(ctx); err != nil {
		return done, err
	}
	if done.Already = already; already {
		return done, nil
	}
	return done, st.PutStudy(ctx, done.Study, string(done.Version), in.version)
}

// isThere says whether the version is filed already, with all that it needs.
func isThere(ctx context.Context, st *store.Store, c bundle.Checked) (bool, error) {
	b, found, err := st.GetStudy(ctx, c.Manifest.Study, string(c.Manifest.Key))
	if err != nil || !found {
		return false, err
	}
	var v ziplaw.StudyVersion
	if json.Unmarshal(b, &v) != nil {
		return false, nil //nolint:nilerr // it is damaged, and filed again
	}
	return st.Whole(ctx, v.Records()...)
}

type importer struct {
	store   *store.Store
	checked bundle.Checked
	version []byte
}

// begin holds that the file is the one that was checked.
func (in *importer) begin(m bundle.Manifest) error {
	if m.Study != in.checked.Manifest.Study || m.Key != in.checked.Manifest.Key || len(m.Objects) != len(in.checked.Manifest.Objects) {
		return changed()
	}
	return nil
}

func changed() error {
	return &ziplaw.Error{Code: ziplaw.CodeCorruptArtifact, Message: "the file changed while it was read", Hint: "import it again when nobody writes it"}
}

func (in *importer) object(ctx context.Context, o bundle.Object, r io.Reader) (err error) {
	switch o.Kind {
	case bundle.Artifact, bundle.Record:
		return in.store.PutVerified(ctx, o.Digest, r, o.Size)
	case bundle.Entry:
		key, _ := bundle.KeyOf(o.Name)
		record := in.checked.Records[key]
		if record == "" {
			return changed()
		}
		if err := in.store.Adopt(ctx, record); err != nil {
			return err
		}
		_, _, _, err = in.store.Reuse(ctx, key) // so that no sweep takes what was there before
		return err
	}
	in.version, err = io.ReadAll(r)
	return err
}

// verify verifies the version in the store as ziplaw verify does, before it is filed.
func (in *importer) verify(ctx context.Context) error {
	var filed ziplaw.StudyVersion
	if json.Unmarshal(in.version, &filed) != nil || !reflect.DeepEqual(filed, in.checked.Version) {
		return changed()
	}
	found, err := lineage.Verify(ctx, in.store, filed, lineage.Options{})
	if err != nil || found.State == lineage.Clean {
		return err
	}
	return &ziplaw.Error{Code: ziplaw.CodeCorruptArtifact, Message: "no whole study: " + found.Problems[0].String(),
		Hint: "verify it where it was exported; its finished version isn't filed here"}
}

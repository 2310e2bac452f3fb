package lineage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

// badArtifact is an artifact that the store has answered for, and that can't be used: it is missing, has other bytes than
// its name says, or isn't what it is taken for.
type badArtifact struct {
	id  ziplaw.ArtifactID
	err error
}

func (e *badArtifact) Error() string { return fmt.Sprintf("artifact %s: %v", e.id, e.err) }
func (e *badArtifact) Unwrap() error { return e.err }

func isBad(err error) bool {
	_, bad := errors.AsType[*badArtifact](err)
	return bad
}

// get reads an artifact. Errors of the store that say nothing of the artifact are no *badArtifact.
func get(ctx context.Context, st *store.Store, id ziplaw.ArtifactID) ([]byte, error) {
	if err := id.Validate(); err != nil {
		return nil, &badArtifact{id, err}
	}
	b, err := st.Get(ctx, id)
	if _, bad := errors.AsType[*store.ArtifactError](err); bad {
		return nil, &badArtifact{id, err}
	}
	return b, err
}

func getJSON(ctx context.Context, st *store.Store, id ziplaw.ArtifactID, v any) error {
	b, err := get(ctx, st, id)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return &badArtifact{id, fmt.Errorf("as %T: %w", v, err)}
	}
	return nil
}

// stateOf is the state of an artifact that can't be used.
func stateOf(err error) string {
	if bad, ok := errors.AsType[*store.ArtifactError](err); ok && bad.Missing {
		return StateMissing
	}
	return StateCorrupt
}

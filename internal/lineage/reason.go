package lineage

import (
	"errors"
	"fmt"

	"github.com/ziplaw/ziplaw/internal/store"
)

// reason is what is wrong with an artifact, without its name.
func reason(err error) string {
	if bad, ok := errors.AsType[*store.ArtifactError](err); ok {
		if bad.Missing {
			return "missing from the store"
		}
		return fmt.Sprintf("the store holds the bytes of %s under its name", bad.Found)
	}
	if bad, ok := errors.AsType[*badArtifact](err); ok {
		return bad.err.Error()
	}
	return err.Error()
}

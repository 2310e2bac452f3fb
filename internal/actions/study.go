package actions

import (
	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
)

// AddedToSpec are the fields of the spec that came after the first release. A study of before them keeps its version, and so its
// finished result.
var AddedToSpec = action.Added{"fit.loss": "huber", "fit.resampling": "clusters", "fit.untrained": "keep", "precision": "float32"}

// StudyVersion names a study's spec, in its normal form, with what its data sets come from.
func StudyVersion(spec, sources any) (ziplaw.Key, error) {
	known, err := AddedToSpec.Without(spec)
	if err != nil {
		return "", err
	}
	return of("study", 1, map[string]any{"spec": known, "sources": sources}).Key()
}

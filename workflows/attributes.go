package workflows

import (
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Search attributes to find studies by. A cluster of somebody else may lack them; an upsert there would fail the
// workflow task for ever, so the workflow asks first (activities.ResolveResult).
var (
	attrStudy   = temporal.NewSearchAttributeKeyKeyword("ZiplawStudy")
	attrDataSet = temporal.NewSearchAttributeKeyKeyword("ZiplawDataSet")
	attrPhase   = temporal.NewSearchAttributeKeyKeyword("ZiplawPhase")
	attrH       = temporal.NewSearchAttributeKeyFloat64("ZiplawH")
)

// upsert sets search attributes that the cluster has. A failure shows in the log only: nothing depends on them.
func upsert(ctx workflow.Context, updates ...temporal.SearchAttributeUpdate) {
	if err := workflow.UpsertTypedSearchAttributes(ctx, updates...); err != nil {
		workflow.GetLogger(ctx).Warn("search attributes", "error", err)
	}
}

package activities

import (
	"context"
	"crypto/rand"
	"fmt"

	"go.temporal.io/sdk/activity"
)

// attempt names this attempt at an action; no two share a name.
func (a *Activities) attempt(ctx context.Context) string {
	if !activity.IsActivity(ctx) {
		return a.Identity + "/" + rand.Text()
	}
	info := activity.GetInfo(ctx)
	return fmt.Sprintf("%s/%s/%s/%s/%d/%s", a.Identity, info.WorkflowExecution.ID, info.WorkflowExecution.RunID, info.ActivityID, info.Attempt, rand.Text())
}

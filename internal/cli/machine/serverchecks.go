package machine

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// serverChecks start or join the servers and go through each of them once.
func (a *app) serverChecks(ctx context.Context) []check {
	s, err := a.Open(ctx)
	if err != nil {
		e := *ziplaw.AsError(err)
		advice := cmp.Or(e.Hint, "see the logs in "+a.Flags.DataDir+"/logs")
		e.Hint = ""
		return []check{bad("servers", advice, &e)}
	}
	defer s.Close()
	return []check{serversCheck(s), temporalCheck(ctx, s), attributesCheck(ctx, s), storeCheck(ctx, s)}
}

func serversCheck(s *console.Session) check {
	const name = "servers"
	switch {
	case s.Servers == nil:
		return good(name, "those of the environment")
	case !s.Servers.Owned():
		return good(name, "run in process %d", s.Servers.PID())
	}
	address, _ := s.Servers.Temporal()
	endpoint, _, _, _ := s.Servers.S3()
	return good(name, "started on %s (Temporal) and %s (S3)", address, endpoint)
}

func temporalCheck(ctx context.Context, s *console.Session) check {
	const name = "Temporal"
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if _, err := s.Client.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return bad(name, "is the address right, and the server up?", err)
	}
	p, err := s.Client.DescribeTaskQueue(ctx, activities.TaskQueue, enumspb.TASK_QUEUE_TYPE_WORKFLOW)
	if err != nil {
		return bad(name, "is there such a namespace?", err)
	}
	workers := len(p.GetPollers())
	if workers == 0 && s.Servers == nil {
		return doubt(name, "start one with ziplaw worker --connect", "healthy, and no worker of ziplaw seen in the last minutes")
	}
	return good(name, "healthy, workers of ziplaw seen in the last minutes: %d", workers)
}

// attributesCheck looks for the search attributes. Studies run without them.
func attributesCheck(ctx context.Context, s *console.Session) check {
	const name = "search attributes"
	r, err := s.Client.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: s.Namespace})
	if err != nil {
		return doubt(name, "studies run without them, and can't be searched for by name or phase", "can't be listed: %v", err)
	}
	for _, attribute := range activities.SearchAttributes {
		if _, found := r.GetCustomAttributes()[attribute]; !found {
			return doubt(name, "studies run without them; to add it: temporal operator search-attribute create --name "+attribute+" --type Keyword (ZiplawH: Double)",
				"%s is missing", attribute)
		}
	}
	return good(name, "there")
}

// storeCheck writes an artifact and reads it back.
func storeCheck(ctx context.Context, s *console.Session) check {
	const name = "S3"
	body := []byte("ziplaw doctor was here\n")
	start := time.Now()
	id, err := s.Store.Put(ctx, body)
	if err == nil {
		var back []byte
		if back, err = s.Store.Get(ctx, id); err == nil && !bytes.Equal(back, body) {
			err = errors.New("what comes back is not what was put")
		}
	}
	if err != nil {
		return bad(name, "may the key write into the bucket?", fmt.Errorf("bucket %s: %w", s.Store.Bucket(), err))
	}
	return good(name, "bucket %s, a round trip of %s", s.Store.Bucket(), time.Since(start).Round(time.Millisecond))
}

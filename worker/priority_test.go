package worker_test

import (
	"slices"
	"strings"
	"testing"

	"go.temporal.io/sdk/client"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/worker"
)

// TestPriorities lets three studies wait for one worker of one thread. The urgent one goes first, whatever was there before; the two
// others, of one priority, take turns.
func TestPriorities(t *testing.T) {
	t.Parallel()
	s := bareSite(t, nextSite())
	s.start(worker.Options{Threads: 1})
	urgency := func(name string, priority int, seeds ...int64) ziplaw.Study {
		return tiny(t, name, models(4), budgets(32768), func(s *ziplaw.Study) {
			s.Datasets, s.Seeds, s.Priority = s.Datasets[:1], seeds, priority
		})
	}
	blocker := s.begin(long(t, "blocker", 8*moreSeconds))
	s.train(1)
	many := make([]int64, 24)
	for i := range many {
		many[i] = int64(i + 1)
	}
	// Different seeds: a cell of another study would be reused.
	first := s.begin(urgency("first", 3, many...))
	s.scheduled("ziplaw/first/a", 24)
	second := s.begin(urgency("second", 3, 101, 102, 103, 104))
	s.scheduled("ziplaw/second/a", 4)
	urgent := s.begin(urgency("urgent", 1, 201, 202, 203))
	s.scheduled("ziplaw/urgent/a", 3)
	s.must(s.client.CancelWorkflow(t.Context(), blocker.GetID(), ""))
	for _, run := range []client.WorkflowRun{first, second, urgent} {
		s.end(run)
	}
	var order []string
	var records []ziplaw.Record
	for _, rec := range s.cells() {
		records = append(records, rec)
	}
	slices.SortFunc(records, func(a, b ziplaw.Record) int { return a.Started.Compare(b.Started) })
	for _, rec := range records {
		study, _, _ := strings.Cut(rec.Label, "/")
		order = append(order, study)
	}
	t.Logf("%v", order)
	if !slices.Equal(order[:3], []string{"urgent", "urgent", "urgent"}) {
		t.Errorf("the urgent study wasn't the first: %v", order)
	}
	if last := lastOf(order, "second"); last > 3+12 {
		t.Errorf("the second study waits for the first one: %v", order)
	}
}

func lastOf(all []string, x string) (last int) {
	for i, y := range all {
		if x == y {
			last = i
		}
	}
	return last
}

// scheduled waits until so many cells of a data set wait for a worker.
func (s *site) scheduled(workflow string, cells int) {
	s.t.Helper()
	s.until("cells of "+workflow, func() bool {
		waiting := 0
		for _, e := range s.history(workflow, "").GetEvents() {
			if e.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName() == "TrainCell" {
				waiting++
			}
		}
		return waiting == cells
	})
}
